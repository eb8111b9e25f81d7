/**
 * What sort of failure it is, independent of the way in. `unknown`: something named is not there; `absent`: it was to be
 * acted on, wherever it was named; `gone`: it was there once; `limited`: too soon, param `retryAfter` says how many
 * seconds are left.
 */
export type ErrorKind =
  | 'invalid'
  | 'unknown'
  | 'absent'
  | 'unauthenticated'
  | 'forbidden'
  | 'conflict'
  | 'gone'
  | 'limited'
  | 'unavailable';

/** The HTTP status of each kind, also where the audit tells of an outcome. An `unknown` that a body names is 400. */
export const KIND_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unknown: 404,
  absent: 404,
  unauthenticated: 401,
  forbidden: 403,
  conflict: 409,
  limited: 429,
  gone: 410,
  unavailable: 503,
};

/** Values a sentence is built from. */
export type ErrorParams = Record<string, string | number>;

/** What there is to say about a code. */
export interface ErrorSpec {
  kind: ErrorKind;
  /** A sentence that says what happened, why, and what to do next. */
  sentence: (p: ErrorParams) => string;
}

/** Kind and sentence of a code, short. */
export const spec = (kind: ErrorKind, sentence: ErrorSpec['sentence']): ErrorSpec => ({ kind, sentence });
