import fc from 'fast-check';
import { EXAMPLE } from '../../api/example.ts';
import type { Route } from '../../api/route.ts';

/** Values that are nearly right, or wrong in a way that has broken servers before. */
const nearly = fc.oneof(
  fc.constantFrom(
    EXAMPLE.netUid,
    EXAMPLE.userId,
    EXAMPLE.roleId,
    EXAMPLE.channelId,
    EXAMPLE.netName,
    ...[1, 2, 0, -1, 0.5, 250, 255, 256, 1e21, Number.MAX_SAFE_INTEGER, 1e308],
    ...[
      '1',
      'assign',
      'floor',
      'true',
      '',
      ' ',
      '2026-11-21T07:13:00.000Z',
      'https://127.0.0.1/',
      'https://example.com',
    ],
    ...[true, false, null],
  ),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    'constructor',
    '9'.repeat(21),
    'x'.repeat(500),
    '😀'.repeat(50),
  ),
  fc.constantFrom<unknown>([], {}, [[[]]], [null], Array(300).fill(1), { toString: 1 }, nested(40)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.jsonValue({ maxDepth: 3 }),
);

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

/** How a body that was right is made wrong, somewhere in it. */
interface Mutation {
  way: 'replace' | 'remove' | 'repeat' | 'add';
  /** Which child at each level. */
  at: number[];
  name: string;
  value: unknown;
}

/** A request to one of the routes: mostly nearly right. */
export interface RandomRequest {
  /** Which route; the route itself would be a long thing to print. */
  id: string;
  method: string;
  /** Path parameters and query, where not those of the example. */
  params: Record<string, string>;
  query: Record<string, string>;
  /** Undefined: none. */
  body: unknown;
  contentType: string;
  requestId: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'];
const TYPES = ['application/json', 'application/json', 'text/plain', 'application/xml', ';;', 'a/b;charset=x'];

/** Random requests to these routes. */
export function randomRequests(routes: readonly Route[]): fc.Arbitrary<RandomRequest> {
  const fields = [...new Set(routes.flatMap((route) => Object.keys(route.body?.shape ?? {})))];
  const field = fc.constantFrom(...fields, '__proto__', 'toString', 'guildId', '');
  const mutation = fc.record<Mutation>({
    way: fc.constantFrom('replace', 'replace', 'remove', 'repeat', 'add'),
    at: fc.array(fc.nat({ max: 20 }), { maxLength: 4 }),
    name: field,
    value: nearly,
  });
  const anyBody = fc.oneof(fc.dictionary(field, nearly), nearly);
  const someBody = (route: Route) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(route.example.body) },
      {
        weight: 6,
        arbitrary: fc
          .array(mutation, { minLength: 1, maxLength: 3 })
          .map((all) => all.reduce(mutate, route.example.body)),
      },
      { weight: 2, arbitrary: anyBody },
      { weight: 1, arbitrary: fc.constant(undefined) },
    );
  return fc.constantFrom(...routes).chain((route) =>
    fc.record<RandomRequest>({
      id: fc.constant(route.id),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constant(route.method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      params: junkFor(Object.keys(route.params?.shape ?? {})),
      query: junkFor(Object.keys(route.query?.shape ?? {})),
      body: route.body ? someBody(route) : fc.option(anyBody, { nil: undefined, freq: 5 }),
      contentType: fc.constantFrom(...TYPES),
      requestId: fc.string({ maxLength: 200 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
    }),
  );
}

/** For some of the names a value that is hardly right. */
function junkFor(names: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
    fc.constantFrom(
      '1',
      '0',
      '-1',
      '99999999999999999999',
      'true',
      EXAMPLE.netUid,
      '%',
      '\u0000',
      '..',
      '*',
      'a,b',
      'ptt.*',
    ),
  );
  if (names.length === 0) return fc.constant({});
  return fc.option(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length }), { nil: {}, freq: 2 });
}

/** The value with one thing in it changed; it stays as it is where there is nothing to change. */
function mutate(value: unknown, mutation: Mutation): unknown {
  const { way, at, name, value: other } = mutation;
  const [step, ...deeper] = at;
  if (typeof value !== 'object' || value === null || step === undefined) {
    return way === 'replace' && at.length === 0 ? value : way === 'repeat' ? [value, value] : other;
  }
  const entries = Object.entries(value);
  const chosen = entries[step % Math.max(1, entries.length)];
  if (Array.isArray(value)) return mutateList(value, step, { ...mutation, at: deeper });
  if (way === 'add' || !chosen) return { ...value, [name]: other };
  const rest = entries.filter((entry) => entry !== chosen);
  if (way === 'remove' && deeper.length === 0) return Object.fromEntries(rest);
  return { ...value, [chosen[0]]: mutate(chosen[1], { ...mutation, at: deeper }) };
}

function mutateList(list: readonly unknown[], step: number, mutation: Mutation): unknown[] {
  const index = step % Math.max(1, list.length);
  if (mutation.way === 'remove') return list.filter((_, at) => at !== index);
  if (mutation.way === 'repeat') return Array.from({ length: 250 }, () => list[index]);
  if (mutation.way === 'add') return [...list, mutation.value];
  return list.map((item, at) => (at === index ? mutate(item, mutation) : item));
}
