/** A message of the voice gateway as it goes over the websocket. */
export interface NumberedMessage {
  readonly sequence: number;
  readonly data: string | Buffer;
}

// Binary messages carry the number in 16 bits, so half of that is the most that can be told apart.
const SEQUENCES = 0x1_0000;
// A client that is away for the resume window misses a few messages per member who comes or goes.
const KEPT = 500;

/**
 * Numbers everything that is sent to one client and keeps the latest 500 messages that it has not acknowledged, so
 * that a resumed connection can be given what it missed.
 */
export class Outbox {
  private lastSequence = 0;
  private kept: NumberedMessage[] = [];

  /** Numbers a JSON message (`seq` field) and keeps it. */
  json(op: number, d: object): NumberedMessage {
    const sequence = this.next();
    return this.keep({ sequence, data: JSON.stringify({ op, d, seq: sequence }) });
  }

  /** Numbers a binary message (two bytes before the op) and keeps it. */
  binary(op: number, payload: Buffer): NumberedMessage {
    const sequence = this.next();
    return this.keep({ sequence, data: Buffer.concat([Buffer.from([sequence >> 8, sequence & 0xff, op]), payload]) });
  }

  /** Forgets what the client has seen. */
  acknowledge(sequence: number): void {
    if (sequence < 0) return;
    this.kept = this.kept.filter((message) => isAfter(message.sequence, sequence));
  }

  /** Everything after `sequence` (-1: from the start); undefined if some of it is no longer kept. */
  after(sequence: number): readonly NumberedMessage[] | undefined {
    const missed = (this.lastSequence - Math.max(sequence, 0) + SEQUENCES) % SEQUENCES;
    const messages = this.kept.filter((message) => isAfter(message.sequence, Math.max(sequence, 0)));
    return messages.length === missed ? messages : undefined;
  }

  private next(): number {
    this.lastSequence = (this.lastSequence + 1) % SEQUENCES;
    return this.lastSequence;
  }

  private keep(message: NumberedMessage): NumberedMessage {
    this.kept.push(message);
    if (this.kept.length > KEPT) this.kept.shift();
    return message;
  }
}

function isAfter(sequence: number, reference: number): boolean {
  const distance = (sequence - reference + SEQUENCES) % SEQUENCES;
  return distance > 0 && distance < SEQUENCES / 2;
}
