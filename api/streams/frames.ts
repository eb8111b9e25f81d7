import type { EventType, ShardEvent } from '../../shard/record/events.ts';

/** Which types a reader wants; null: all. */
export type Wanted = ReadonlySet<EventType> | null;

/** An event as an SSE reader gets it. JSON has no line breaks of its own. */
export function frame({ id, type, data }: { id: string | null; type: string; data: object }): string {
  const lines = [`event: ${type}`, ...(id === null ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`];
  return `${lines.join('\n')}\n\n`;
}

/** A comment, which readers skip: it shows that the stream is alive. */
export function comment(words: string): Buffer {
  return Buffer.from(`: ${words}\n\n`);
}

/** The frames of those events that are wanted. */
export function frames(events: readonly ShardEvent[], wanted: Wanted): string {
  return events
    .filter(({ type }) => !wanted || wanted.has(type))
    .map((event) => frame({ id: event.id, type: event.type, data: event }))
    .join('');
}

/** What one batch is to its readers: made once for all who want the same. */
export class BatchFrames {
  readonly #make: (wanted: Wanted) => Buffer;
  readonly #made = new Map<string, Buffer>();

  private constructor(make: (wanted: Wanted) => Buffer) {
    this.#make = make;
  }

  static ofEvents(batch: readonly ShardEvent[]): BatchFrames {
    return new BatchFrames((wanted) => Buffer.from(frames(batch, wanted)));
  }

  static ofComment(words: string): BatchFrames {
    const bytes = comment(words);
    return new BatchFrames(() => bytes);
  }

  /** Empty when nothing of it is wanted. */
  for(wanted: Wanted): Buffer {
    const key = wanted ? [...wanted].join() : '';
    const known = this.#made.get(key);
    if (known) return known;
    const made = this.#make(wanted);
    this.#made.set(key, made);
    return made;
  }
}
