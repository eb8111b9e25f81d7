import { HttpError } from './problem.ts';

/** Deepest nesting of a body; the deepest documented shape needs six levels. */
const MAX_DEPTH = 32;

/**
 * Parses the bytes of a body. A byte order mark in front is skipped.
 * @throws HttpError body.not-utf8 | body.not-json | body.too-deep
 */
export function parseBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text.trim() === '') return {};
  const value = parse(text);
  if (isDeeper(value, MAX_DEPTH)) throw new HttpError('body.too-deep', { max: MAX_DEPTH });
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError('body.not-utf8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError('body.not-json');
  }
}

/** Never descends further than `levels`. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
