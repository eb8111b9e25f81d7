/** How long to wait before trying again after the `failures`-th failure in a row, in milliseconds: doubling, bounded. */
export function backoff(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
}
