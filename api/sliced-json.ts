import { setImmediate as letOthersGo } from 'node:timers/promises';

/** Elements of an array that are written in one go: some hundred kilobytes a millisecond are possible, this is far less. */
const SLICE = 50;

/** How long one turn of a work in steps may last, in milliseconds, before others get theirs. */
const TURN_MS = 0.5;

/** JSON of an object whose arrays may be long. Others get their turn between the slices of each: audio shares the loop. */
export async function slicedJson(object: object): Promise<string> {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined) fields.push(`${JSON.stringify(name)}:${await fieldJson(value)}`);
  }
  return `{${fields.join(',')}}`;
}

async function fieldJson(value: unknown): Promise<string> {
  if (!Array.isArray(value) || value.length <= SLICE) return JSON.stringify(value);
  const slices: string[] = [];
  for (let start = 0; start < value.length; start += SLICE) {
    slices.push(JSON.stringify(value.slice(start, start + SLICE)).slice(1, -1));
    await letOthersGo();
  }
  return `[${slices.join(',')}]`;
}

/** What a work in steps answers in the end; others get their turn whenever half a millisecond has passed. */
export async function inTurns<T>(work: Generator<undefined, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - began < TURN_MS) continue;
    await letOthersGo();
    began = performance.now();
  }
}
