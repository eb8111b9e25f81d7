import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { pathOf, send, snapshot } from './call.ts';
import { makeWorld, OTHER, ROUTES, type World, worldFor } from './world.ts';

/** Everything that names something of one guild. */
const marks = (guild: object) => Object.values(guild).filter((value) => typeof value === 'string' && value.length > 4);

/** The same request with everything of the first guild replaced by what the other one calls it. */
function turned<T>(value: T): T {
  const text = Object.entries(OTHER).reduce(
    (all, [name, other]) => all.replaceAll(EXAMPLE[name as keyof typeof OTHER], other),
    JSON.stringify(value) ?? 'null',
  );
  return JSON.parse(text);
}

const stateOf = ({ store, shard }: World) =>
  JSON.stringify([store.rows, shard.read.nets(), [...shard.read.assignments()]]);

describe('with a key of one guild, on every route', () => {
  for (const route of ROUTES) {
    const { params, query, body } = route.example as {
      params?: object;
      query?: Record<string, string>;
      body?: unknown;
    };

    it(`${route.id} shows nothing of the other guild`, async () => {
      const world = await worldFor(route);
      const answer = await send(world, route.method, pathOf(route), { query: query ?? {}, body });
      const foreign = await send(world, route.method, pathOf(route), { key: world.otherKey, query: query ?? {}, body });
      if (!route.produces) expect(answer.body.guildId).to.equal(EXAMPLE.guildId);
      for (const mark of marks(OTHER)) expect(answer.text).not.to.include(mark);
      expect(foreign.body.guildId ?? OTHER.guildId).to.equal(OTHER.guildId);
      if (foreign.status < 400) {
        for (const mark of [EXAMPLE.guildName, EXAMPLE.displayName]) expect(foreign.text).not.to.include(mark);
      }
    });

    it(`${route.id} changes nothing of the other guild, however it is named`, async () => {
      const world = await worldFor(route);
      const before = stateOf(world);
      const naming = { guildId: EXAMPLE.guildId, 'X-Guild-Id': EXAMPLE.guildId };
      const named = body === undefined ? undefined : { ...(body as object), guildId: EXAMPLE.guildId };
      const theirs = await send(world, route.method, pathOf(route, params), {
        key: world.otherKey,
        body: named,
        query: { ...query, guildId: EXAMPLE.guildId },
        headers: naming,
      });
      expect(theirs.status).to.be.below(500);
      if (theirs.status < 400 && !route.produces) expect(theirs.body.guildId).to.equal(OTHER.guildId);
      expect(stateOf(world)).to.equal(before);
    });

    it(`${route.id} works in the other guild with that guild's key and names`, async () => {
      const world = await worldFor(route);
      const answer = await send(world, route.method, pathOf(route, turned(params ?? {})), {
        key: world.otherKey,
        body: body === undefined ? undefined : turned(body),
        query: query ?? {},
      });
      expect(answer.status).to.equal(route.status);
      if (!route.produces) expect(answer.body.guildId).to.equal(OTHER.guildId);
    });
  }

  it('a key that was revoked in one guild leaves the other guild as it was', async () => {
    const world = await makeWorld();
    await world.revoke(world.key);
    const before = snapshot(world);
    expect((await send(world, 'get', '/status')).status).to.equal(401);
    expect((await send(world, 'get', '/status', { key: world.otherKey })).status).to.equal(200);
    expect(snapshot(world)).to.equal(before);
  });
});
