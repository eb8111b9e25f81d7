import { monitorEventLoopDelay } from 'node:perf_hooks';

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

/** How often the delay is looked at. It is part of what is measured, and subtracted. */
const RESOLUTION_MS = 1;
/** A look at the numbers begins a new stretch at most this often: several who ask see the same one. */
const STRETCH_MS = 10_000;

/** How late the event loop was over a stretch of time, in milliseconds. */
export interface LoopDelays {
  median: number;
  p99: number;
  max: number;
}

/**
 * Watches how late the event loop runs: the audio shares it. The numbers are those of the last whole stretch, which lasts
 * from one look to the next but at least ten seconds.
 */
export class LoopDelay {
  #histogram: IntervalHistogram | null = null;
  #began = 0;
  #last: LoopDelays | null = null;

  start(): void {
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
    this.#began = performance.now();
  }

  stop(): void {
    this.#histogram?.disable();
    this.#histogram = null;
  }

  /** The delays of the last stretch; of the first one as far as it has come; zeros while nothing is measured. */
  read(): LoopDelays {
    const histogram = this.#histogram;
    if (!histogram || histogram.count === 0) return this.#last ?? { median: 0, p99: 0, max: 0 };
    const isWhole = performance.now() - this.#began >= STRETCH_MS;
    if (!isWhole && this.#last) return this.#last;
    const now = delaysOf(histogram);
    if (!isWhole) return now;
    this.#last = now;
    this.#began = performance.now();
    histogram.reset();
    return now;
  }
}

function delaysOf(histogram: IntervalHistogram): LoopDelays {
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { median: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
}
