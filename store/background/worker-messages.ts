/** A job for the worker thread. */
export interface Question {
  id: number;
  type: string;
  given: unknown;
}

/** How it ended: every question gets one answer, in their order. */
export type Answer = { id: number; answer: unknown } | { id: number; error: string };
