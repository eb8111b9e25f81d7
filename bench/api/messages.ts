import type { ChildProcess } from 'node:child_process';

/** What a server says once it listens. */
export interface Ready {
  type: 'ready';
  port: number;
  /** Of ours only. */
  keys: string[];
  netUids: string[];
}

/** What a server is asked. It answers each with one message. */
export type Ask =
  /** Publish events numbered from `from`, `perTick` at once with `everyMs` between. Answered with the times. */
  | { type: 'publish'; from: number; count: number; perTick: number; everyMs: number }
  /** The last row of the journal, as it stands on disk. Of ours only. */
  | { type: 'lastRow' }
  /** What the bare routes answer and write. Of the floor only. */
  | { type: 'serve'; status: string; one: BareWrite; bulk: BareWrite }
  /** Time this many writes of a row, one after another, without HTTP. Of the floor only. */
  | { type: 'write'; count: number };

/** A write of the floor: the row, and what is answered. */
export interface BareWrite {
  row: string;
  answer: string;
}

/** The answer to each kind of asking. */
export interface Told {
  publish: { type: 'published'; at: number[] };
  lastRow: { type: 'lastRow'; row: string };
  serve: { type: 'serving' };
  write: { type: 'written'; ms: number[] };
}

/** Asks a server and waits for what it tells. @throws Error when it ends instead */
export function ask<T extends Ask['type']>(child: ChildProcess, asking: Extract<Ask, { type: T }>): Promise<Told[T]> {
  const told = nextMessage<Told[T]>(child);
  child.send(asking);
  return told;
}

/** The next thing a server tells. @throws Error when it ends instead */
export function nextMessage<M>(child: ChildProcess): Promise<M> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a server ended with ${code}; what it said stands above`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as M);
    });
  });
}

/** Answers what is asked; a failure ends the process, so that whoever asks learns of it. */
export function answerAsked(answer: (asking: Ask) => Promise<Told[Ask['type']]>): void {
  process.on('message', (asking: Ask) => {
    answer(asking).then(
      (told) => process.send?.(told),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** A clock that all processes of this machine share, in ms. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How an event carries its number; always as long. */
export function eventAction(seq: number): string {
  return `bench.${String(seq).padStart(8, '0')}`;
}

/** Publishes as asked; answers when each event was published, on the shared clock. */
export async function publishPaced(
  { from, count, perTick, everyMs }: Extract<Ask, { type: 'publish' }>,
  publish: (seqs: readonly number[]) => void,
): Promise<Told['publish']> {
  const at: number[] = [];
  while (at.length < count) {
    const seqs = Array.from({ length: Math.min(perTick, count - at.length) }, (_, index) => from + at.length + index);
    const now = sharedNow();
    publish(seqs);
    at.push(...seqs.map(() => now));
    await new Promise((resolve) => (everyMs > 0 ? setTimeout(resolve, everyMs) : setImmediate(resolve)));
  }
  return { type: 'published', at };
}
