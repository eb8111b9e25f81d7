import { z } from 'zod';
import type { Actions } from '../interactions/actions.ts';
import { shownMessage } from '../interactions/answer.ts';
import type { Messages } from '../world/messages.ts';
import { snowflakeSchema } from '../world/model.ts';
import type { World } from '../world/world.ts';
import type { ControlRoute } from './control.ts';
import { channelOf, personOf } from './lookup.ts';

const commandBody = z.strictObject({
  memberId: snowflakeSchema,
  channelId: snowflakeSchema,
  command: z.string().min(1).max(8000),
});
const autocompleteBody = z.strictObject({ ...commandBody.shape, focused: z.string().min(1) });
const componentBody = z.strictObject({
  memberId: snowflakeSchema,
  messageId: snowflakeSchema,
  customId: z.string().min(1),
  values: z.array(z.string()).default([]),
});
const modalBody = z.strictObject({
  memberId: snowflakeSchema,
  customId: z.string().min(1),
  fields: z.record(z.string(), z.unknown()).default({}),
});

/** What people do with bots, and the messages they see. */
export function interactionRoutes(world: World, messages: Messages, actions: Actions): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/interactions',
      handle: ({ read }) => {
        const { command, ...actor } = read(commandBody);
        personOf(world, actor.memberId);
        return actions.run(actor, command);
      },
    },
    {
      method: 'POST',
      path: '/autocomplete',
      handle: async ({ read }) => {
        const { command, focused, ...actor } = read(autocompleteBody);
        personOf(world, actor.memberId);
        return { choices: await actions.autocomplete(actor, command, focused) };
      },
    },
    {
      method: 'POST',
      path: '/components',
      handle: ({ read }) => {
        const { memberId, messageId, customId, values } = read(componentBody);
        personOf(world, memberId);
        return actions.click(memberId, messageId, customId, values);
      },
    },
    {
      method: 'POST',
      path: '/modals',
      handle: ({ read }) => {
        const { memberId, customId, fields } = read(modalBody);
        personOf(world, memberId);
        return actions.submit(memberId, customId, fields);
      },
    },
    {
      method: 'GET',
      path: '/channels/:channel/messages',
      handle: ({ params }) => {
        const { channel } = channelOf(world, params['channel']);
        const seenByAll = messages.in(channel.id).filter(({ visibleTo }) => visibleTo === null);
        return seenByAll.map(shownMessage);
      },
    },
    {
      method: 'GET',
      path: '/members/:member/dms',
      handle: ({ params }) => {
        const channels = messages.directOf(personOf(world, params['member']).id);
        const all = channels.flatMap(({ id }) => messages.in(id));
        return all.map(shownMessage).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      },
    },
  ];
}
