import { ShardError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import type { Clock } from '../ports.ts';
import type { IdempotencyRecord, RecordChange } from '../records.ts';
import type { StateView } from '../state.ts';

/** How long an answer is kept. */
const KEPT_MS = 24 * 3600 * 1000;
/** Most requests of one guild that are remembered; beyond it the oldest goes first. */
const MAX_RECORDS = 10_000;
/** Most characters of JSON that they may have together. */
const MAX_CHARS = 32 * 1024 * 1024;
/** Most records that one journal row removes, so that no row grows long. */
const MAX_REMOVED = 50;

/** A request that is carried out once, however often it is sent. */
export interface Once {
  /** What its record is kept under: a hash of who sends it and their idempotency key. */
  readonly key: string;
  /** Hash of method, path and body. */
  readonly requestHash: string;
  /** Whether what it answers holds a secret, which is not kept. */
  readonly holdsSecret: boolean;
  /** How many changes were asked for in it so far. */
  steps: number;
}

/** A change within such a request: its number. */
export interface Place {
  once: Once;
  step: number;
}

/** The place of the change that this actor asks for now; undefined where the request may be carried out again. */
export function placeOf(actor: Actor): Place | undefined {
  const once = actor.kind === 'key' ? actor.occasion?.once : undefined;
  return once && { once, step: once.steps++ };
}

/** What was answered. */
export type Answer = NonNullable<IdempotencyRecord['answer']>;

/**
 * The requests that carried an idempotency key. What a change answered lies in the same journal row as the change, so a
 * request that was cut off after it finds the result there and changes nothing again; its answer follows in a row of its
 * own.
 */
export class Idempotency {
  readonly #state: StateView;
  readonly #clock: Clock;
  /** Every record on disk, the oldest first. */
  readonly #sizes = new Map<string, { at: string; chars: number }>();
  #chars = 0;

  constructor(state: StateView, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  /** Takes stock of the records that were read. */
  start(): void {
    this.#sizes.clear();
    this.#chars = 0;
    const records = [...this.#state.tables.idempotency].sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
    this.follow(records.map(([key, value]) => ({ collection: 'idempotency', key, value })));
  }

  /** The record kept under this key, unless it is too old. */
  find(key: string): IdempotencyRecord | undefined {
    const record = this.#state.tables.idempotency.get(key);
    return record && !this.#isOver(record.at) ? record : undefined;
  }

  /**
   * What this step of the request answered when it was carried out before.
   * @throws ShardError idempotency.withheld
   */
  earlier({ once, step }: Place): { result: unknown } | undefined {
    const record = this.find(once.key);
    if (record?.requestHash !== once.requestHash || !Object.hasOwn(record.results, step)) return undefined;
    if (record.withheld) throw new ShardError('idempotency.withheld');
    return { result: record.results[step] };
  }

  /** The rows that keep what a step answered. `at`: ISO time of now. */
  keepResult({ once, step }: Place, result: unknown, at: string): RecordChange[] {
    const old = this.find(once.key);
    const { requestHash, holdsSecret: withheld } = once;
    const results = { ...old?.results, [step]: withheld ? null : result };
    return this.#rows(once.key, { requestHash, at: old?.at ?? at, results, answer: null, withheld });
  }

  /** The rows that keep the answer; what its changes answered is not needed any more. `at`: ISO time of now. */
  keepAnswer({ key, requestHash, holdsSecret }: Once, answer: Answer, at: string): RecordChange[] {
    // A refusal holds no secret.
    const withheld = holdsSecret && answer.status < 400;
    const kept = withheld ? { ...answer, body: null } : answer;
    return this.#rows(key, { requestHash, at: this.find(key)?.at ?? at, results: {}, answer: kept, withheld });
  }

  /** These records are on disk. */
  follow(rows: readonly RecordChange[]): void {
    for (const { collection, key, value } of rows) {
      if (collection !== 'idempotency') continue;
      const known = this.#sizes.get(key);
      this.#chars -= known?.chars ?? 0;
      const record = value as IdempotencyRecord | null;
      if (record?.at !== known?.at) this.#sizes.delete(key);
      if (!record) continue;
      const chars = JSON.stringify(record).length;
      this.#sizes.set(key, { at: record.at, chars });
      this.#chars += chars;
    }
  }

  #rows(key: string, value: IdempotencyRecord): RecordChange[] {
    const removed = this.#surplus(key).map((other) => ({
      collection: 'idempotency' as const,
      key: other,
      value: null,
    }));
    return [{ collection: 'idempotency', key, value }, ...removed];
  }

  /** The oldest records that are over or more than there may be; never the one with this key. */
  #surplus(key: string): string[] {
    const surplus: string[] = [];
    let count = this.#sizes.size;
    let chars = this.#chars;
    for (const [other, size] of this.#sizes) {
      const isNeeded = count < MAX_RECORDS && chars < MAX_CHARS && !this.#isOver(size.at);
      if (isNeeded || surplus.length === MAX_REMOVED) break;
      if (other === key) continue;
      surplus.push(other);
      count -= 1;
      chars -= size.chars;
    }
    return surplus;
  }

  #isOver(at: string): boolean {
    return Date.parse(at) + KEPT_MS <= this.#clock.now();
  }
}
