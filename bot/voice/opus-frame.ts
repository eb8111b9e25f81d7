/** Sound as Discord carries it: Opus at 48 kHz, a frame every 20 ms. */

/** Samples per second. */
export const SAMPLE_RATE = 48_000;

/** How long a frame lasts, in milliseconds. */
export const FRAME_MS = 20;

/** Samples of a frame, per channel. */
export const FRAME_SAMPLES = (SAMPLE_RATE / 1000) * FRAME_MS;
