/** How often a condition is looked at. */
const STEP_MS = 5;

/**
 * Waits for a condition: calls `probe` until it answers something, and answers that. A probe that throws ends the
 * wait. @throws Error with the last sight when the deadline passes.
 */
export async function until<T>(
  probe: () => T | Promise<T>,
  deadlineMs = 5000,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${probe.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
