import { WRITE_TIMES_MS, type WriteTimes } from '../shard/ports.ts';

/** Times writes and counts them by how long they took. */
export class WriteTimer implements WriteTimes {
  readonly counts: number[] = new Array<number>(WRITE_TIMES_MS.length + 1).fill(0);
  totalMs = 0;
  failed = 0;

  /** Does it; what it throws is counted and thrown on. */
  async time(write: () => Promise<void>): Promise<void> {
    const began = performance.now();
    try {
      await write();
    } catch (error) {
      this.failed += 1;
      throw error;
    }
    const ms = performance.now() - began;
    const place = WRITE_TIMES_MS.findIndex((end) => ms <= end);
    const last = WRITE_TIMES_MS.length;
    this.counts[place < 0 ? last : place] = (this.counts[place < 0 ? last : place] ?? 0) + 1;
    this.totalMs += ms;
  }
}
