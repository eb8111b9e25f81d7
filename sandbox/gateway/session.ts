import { GatewayOpcodes } from 'discord-api-types/v10';
import type { Bot } from '../world/model.ts';

/** Events a session keeps to replay on a resume. */
const REPLAYED_EVENTS = 1000;

/** What a session sends through while a socket is attached to it. */
export interface SessionSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Ends the socket without a closing handshake, as a broken line does. */
  terminate(): void;
  /** Acknowledges no heartbeat for this many milliseconds from now on. */
  hush(durationMs: number): void;
  readonly isHushed: boolean;
}

/** What a bot asked for when it identified. */
export interface SessionOptions {
  id: string;
  bot: Bot;
  intents: number;
  /** Shard number and count of shards. */
  shard: readonly [number, number];
  /** Guilds with more members than this show only some of them at first. */
  largeThreshold: number;
}

/**
 * One bot's session with the gateway. It outlives the socket, so that events sent meanwhile can be replayed when the
 * bot comes back.
 */
export class GatewaySession {
  readonly options: SessionOptions;
  socket: SessionSocket | null = null;
  private sequence = 0;
  private replayable: { sequence: number; text: string }[] = [];

  constructor(options: SessionOptions) {
    this.options = options;
  }

  get bot(): Bot {
    return this.options.bot;
  }

  /** Whether the bot asked for any of these intents. */
  wants(intents: number): boolean {
    return (this.options.intents & intents) !== 0;
  }

  /** Whether a guild belongs to this session's shard. */
  shards(guildId: string): boolean {
    const [shard, count] = this.options.shard;
    return (BigInt(guildId) >> 22n) % BigInt(count) === BigInt(shard);
  }

  /** Sends an event, or keeps it for the resume. */
  dispatch(event: string, data: unknown): void {
    this.sequence++;
    const text = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: this.sequence, d: data });
    this.replayable.push({ sequence: this.sequence, text });
    if (this.replayable.length > REPLAYED_EVENTS) this.replayable.shift();
    this.socket?.send(text);
  }

  /** Whether what came after `sequence` is all still here. */
  canReplay(sequence: number): boolean {
    const first = this.replayable.at(0)?.sequence ?? this.sequence + 1;
    return sequence <= this.sequence && sequence + 1 >= first;
  }

  /** Sends again what came after `sequence`, and RESUMED. */
  replay(sequence: number): void {
    for (const event of this.replayable) {
      if (event.sequence > sequence) this.socket?.send(event.text);
    }
    this.dispatch('RESUMED', {});
  }
}
