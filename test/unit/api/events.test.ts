import { expect } from 'chai';
import type { z } from 'zod';
import { EVENT_DATA, EXAMPLE_EVENTS, envelopeOf } from '../../../api/events.ts';
import { EVENT_TYPES, type EventData, type EventType } from '../../../shard/record/events.ts';
import { call, DOCUMENT } from './call.ts';
import { makeWorld, ROUTES } from './world.ts';

/** Compiles only while the data that the shard publishes fits the schemas that document it. */
type Documented = { [T in EventType]: EventData[T] extends z.input<(typeof EVENT_DATA)[T]> ? T : never };
const DOCUMENTED: Documented = Object.fromEntries(EVENT_TYPES.map((type) => [type, type])) as Documented;

describe('the events', () => {
  it('have examples that are as documented, field by field', () => {
    for (const type of EVENT_TYPES) {
      const parsed = envelopeOf(type).strict().parse(EXAMPLE_EVENTS[type]);
      expect(parsed, type).to.deep.equal(EXAMPLE_EVENTS[type]);
      expect(DOCUMENTED[type]).to.equal(type);
    }
  });

  it('are what webhooks get in the OpenAPI document, each with its example', () => {
    const { webhooks = {} } = DOCUMENT as unknown as { webhooks?: Record<string, { post: Sent }> };
    expect(Object.keys(webhooks)).to.deep.equal(EVENT_TYPES);
    const ids = Object.values(webhooks).map(({ post }) => post.operationId);
    expect(new Set([...ids, ...ROUTES.map(({ id }) => id)]).size).to.equal(ids.length + ROUTES.length);
    for (const { post } of Object.values(webhooks)) {
      const { example } = post.requestBody.content['application/json'];
      expect(example).to.have.property('timestamp', example.at);
    }
  });

  it('that any documented request causes are as documented', async () => {
    const met = new Set<string>();
    for (const route of ROUTES) {
      const world = await makeWorld();
      await world.clock.advance(20);
      const known = world.store.logged.length;
      const { params, query, body } = route.example as {
        params?: object;
        query?: Record<string, string>;
        body?: object;
      };
      await call(world, route.id, { params: params ?? {}, query: query ?? {}, body });
      world.shard.observe({ type: 'people', people: [] });
      await world.clock.advance(20);
      for (const event of world.store.logged.slice(known)) {
        const { data } = event;
        expect(EVENT_DATA[event.type].strict().parse(data), `${route.id}: ${event.type}`).to.deep.equal(data);
        met.add(event.type);
      }
    }
    expect([...met]).to.include.members(['user.left', 'config.changed', 'operation.closed', 'acars.sent']);
  });
});

interface Sent {
  operationId: string;
  requestBody: { content: { 'application/json': { example: { at: string } } } };
}
