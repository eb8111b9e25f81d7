/** Times in milliseconds of something that was done many times. */
export interface Times {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** What the times are in all. */
export function summed(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** To a hundredth. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** How long each of these takes, one after another. */
export async function timesOf<T>(all: Iterable<T>, work: (one: T) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const one of all) {
    const start = performance.now();
    await work(one);
    times.push(performance.now() - start);
  }
  return times;
}

/** Measures how late a timer of 1 ms fires, again and again until the answered function is called. */
export function watchLoop(): () => number[] {
  const late: number[] = [];
  let due = performance.now() + 1;
  let timer = setTimeout(look, 1);
  function look() {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    due = now + 1;
    timer = setTimeout(look, 1);
  }
  return () => {
    clearTimeout(timer);
    return late;
  };
}
