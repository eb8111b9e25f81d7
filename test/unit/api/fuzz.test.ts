import { expect } from 'chai';
import fc from 'fast-check';
import { EXAMPLE } from '../../../api/example.ts';
import type { Route } from '../../../api/route.ts';
import { pathOf, requireDocumented, send, snapshot } from './call.ts';
import { makeWorld, ROUTES } from './world.ts';

/** The same at every run; the slow suite is the place for other seeds. */
const RUNS = { numRuns: 1000, seed: 20_261_121 };

/** Values that are nearly right. */
const nearly = fc.oneof(
  fc.constantFrom(
    EXAMPLE.netUid,
    EXAMPLE.userId,
    EXAMPLE.roleId,
    1,
    2,
    '1',
    true,
    'assign',
    'floor',
    null,
    '',
    -1,
    1e21,
    0.5,
  ),
  fc.constantFrom('\u0000', '\ud800', '__proto__', 'constructor', '9'.repeat(21), 'x'.repeat(500), [], {}, [[[]]]),
  fc.jsonValue({ maxDepth: 3 }),
);

/** The fields that routes know, and some that none does, with values that are nearly right. */
const field = fc.constantFrom(
  ...[...new Set(ROUTES.flatMap((route) => Object.keys(route.body?.shape ?? {})))],
  ...['__proto__', 'toString', 'guildId', ''],
);
const someBody = fc.oneof(
  fc.dictionary(field, nearly),
  // The example as it is, where it is mutated.
  fc.constant({}),
  fc.record({
    rules: fc.array(fc.dictionary(fc.constantFrom('roleId', 'netUids', 'netIds', 'netUid', 'netId'), nearly)),
  }),
  nearly,
);

const someRequest = fc.record({
  id: fc.constantFrom(...ROUTES.map((route) => route.id)),
  method: fc.option(fc.constantFrom('get', 'post', 'put', 'patch', 'delete', 'options'), { freq: 2 }),
  body: fc.option(someBody, { nil: undefined }),
  mutated: fc.boolean(),
  ref: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  effective: fc.string({ unit: 'grapheme', maxLength: 8 }),
  type: fc.constantFrom('application/json', 'application/json', 'text/plain', 'application/xml', ';;', 'a/b;charset=x'),
  requestId: fc.string({ maxLength: 200 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
});

describe('whatever is sent', () => {
  it('is never a 500, is always answered as documented, and changes nothing when it is refused', async function () {
    this.timeout(60_000);
    const world = await makeWorld();
    const met = new Map<number, number>();
    const property = fc.asyncProperty(someRequest, async (sent) => {
      const { id, method, ref, effective, type, requestId } = sent;
      const route = ROUTES.find((other) => other.id === id) as Route;
      const example = route.example.body as object | undefined;
      const body =
        sent.mutated && ['object', 'undefined'].includes(typeof sent.body) && !Array.isArray(sent.body)
          ? { ...example, ...(sent.body as object | undefined) }
          : sent.body;
      const before = snapshot(world);
      const answer = await send(world, method ?? route.method, pathOf(route, { ref, id: ref, sessionId: ref }), {
        body: body === undefined ? undefined : JSON.stringify(body),
        query: { effective },
        headers: { 'X-Request-Id': requestId, ...(body !== undefined && { 'Content-Type': type }) },
      });
      met.set(answer.status, (met.get(answer.status) ?? 0) + 1);
      expect(answer.status, answer.text).to.be.below(500);
      expect(answer.get('X-Request-Id')).to.be.a('string');
      if ((method ?? route.method) === route.method && answer.status !== 404) requireDocumented(route, answer);
      if (answer.status >= 400) {
        expect(snapshot(world)).to.equal(before);
        expect(answer.body).to.include({ ok: false, status: answer.status });
        expect(answer.body.error).to.be.a('string').and.to.have.length.above(10);
      }
    });
    await fc.assert(property, RUNS);
    expect([...met.keys()], 'the requests are of many kinds').to.include.members([200, 400, 404, 405, 415]);
    expect(world.failures).to.deep.equal([]);
  });

  it('as a key is 401 and never more', async () => {
    const world = await makeWorld();
    const word = fc.string({ maxLength: 80 }).filter((text) => /^[\x21-\x7e]+$/.test(text));
    const someKey = fc.oneof(
      word,
      fc.nat({ max: world.key.length - 1 }).map((at) => flip(world.key, at)),
    );
    const property = fc.asyncProperty(someKey, async (key) => {
      const answer = await send(world, 'get', '/status', { key });
      expect([answer.status, answer.body.ok]).to.deep.equal([401, false]);
      expect(answer.text).not.to.include(world.key);
    });
    await fc.assert(property, { ...RUNS, numRuns: 100 });
  });
});

/** The key with one character replaced. */
function flip(key: string, at: number): string {
  return `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
}
