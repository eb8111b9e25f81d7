import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from './shard/ports.ts';

/** The machine's clock. Its timers never keep the process alive. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

// Crockford's base32, lower case: its characters sort as their values do.
const SORTABLE = '0123456789abcdefghjkmnpqrstvwxyz';

function sortable(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = SORTABLE[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Random bytes asked for at a time: asking for each few costs more than all the rest of making an id. */
const POOL_BYTES = 4096;

/** More than this is rarely asked for, and is asked for by itself. */
const POOLED_BYTES = 64;

/** Random bytes, taken from a pool in which nothing stays of what was taken. */
function pooledRandom(): (n: number) => Buffer {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (n) => {
    if (n > POOLED_BYTES) return randomBytes(n);
    if (at + n > pool.length) {
      pool = randomBytes(POOL_BYTES);
      at = 0;
    }
    const taken = Buffer.from(pool.subarray(at, at + n));
    pool.fill(0, at, at + n);
    at += n;
    return taken;
  };
}

const TIME_CHARS = 10;
const COUNT_CHARS = 4;
const MAX_COUNT = SORTABLE.length ** COUNT_CHARS - 1;
const EVENT_ID = new RegExp(`^evt_([${SORTABLE}]{${TIME_CHARS}})([${SORTABLE}]{${COUNT_CHARS}})`);
/** Later than any clock that is not broken (year 2286): what claims more is not followed. */
const MAX_TIME = 10 ** 13;

function numberOf(text: string): number {
  return [...text].reduce((value, character) => value * SORTABLE.length + SORTABLE.indexOf(character), 0);
}

/**
 * Ids from the machine's randomness. Event ids are `evt_`, 10 characters of time (ms), 4 of count, 8 of chance: they
 * sort by time, also within a millisecond and when the clock is set back, while the process runs or between two runs.
 */
export function systemIds(clock: Clock = SYSTEM_CLOCK): Ids {
  const random = pooledRandom();
  let last = 0;
  let count = 0;
  return {
    random,
    event() {
      const now = clock.now();
      count = now > last ? 0 : count + 1;
      last = Math.max(last, now);
      if (count > MAX_COUNT) [last, count] = [last + 1, 0];
      const chance = sortable(random(5).readUIntBE(0, 5), 8);
      return `evt_${sortable(last, TIME_CHARS)}${sortable(count, COUNT_CHARS)}${chance}`;
    },
    follow(eventId) {
      const [, time = '', number = ''] = EVENT_ID.exec(eventId) ?? [];
      const [at, counted] = [numberOf(time), numberOf(number)];
      if (at > MAX_TIME || at < last || (at === last && counted <= count)) return;
      [last, count] = [at, counted];
    },
  };
}
