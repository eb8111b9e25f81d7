import { expect } from 'chai';
import fc from 'fast-check';
import { randomRequests } from '../../support/random-requests.ts';
import { pathOf, requireDocumented, routeOf, send, snapshot } from './call.ts';
import { makeWorld, ROUTES } from './world.ts';

/** The same at every run; the slow suite is the place for other seeds. */
const RUNS = { numRuns: 1000, seed: 20_261_121 };

/** supertest does not tell the headers of an answer to HEAD with a body; the slow suite sends those. */
const someRequest = randomRequests(ROUTES).filter(({ method }) => method !== 'head');

describe('whatever is sent', () => {
  it('is never a 500, is always answered as documented, and changes nothing when it is refused', async function () {
    this.timeout(60_000);
    const world = await makeWorld();
    const met = new Map<number, number>();
    const property = fc.asyncProperty(someRequest, async (sent) => {
      const { id, method, params, query, body, contentType, requestId } = sent;
      const route = routeOf(id);
      const before = snapshot(world);
      const answer = await send(world, method, pathOf(route, params), {
        body: body === undefined ? undefined : JSON.stringify(body),
        query,
        headers: { 'X-Request-Id': requestId, ...(body !== undefined && { 'Content-Type': contentType }) },
      });
      met.set(answer.status, (met.get(answer.status) ?? 0) + 1);
      expect(answer.status, answer.text).to.be.below(500);
      expect(answer.get('X-Request-Id')).to.be.a('string');
      if (method === route.method && answer.status !== 404) requireDocumented(route, answer);
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
