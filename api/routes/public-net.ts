import { z } from 'zod';
import type { FeaturesRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
import { EXAMPLE } from '../example.ts';
import { EXAMPLE_PUBLIC_NET, EXAMPLE_SHOWN, PublicNet, presentPublicNet } from '../present/public-net.ts';
import { defineRoute, type Route } from '../route.ts';
import { EXAMPLE_FEATURES, Features, NetName, RoleIds } from '../schemas.ts';

const getPublicNet = defineRoute({
  id: 'getPublicNet',
  method: 'get',
  path: '/public-net',
  scope: 'read:status',
  tag: 'Public Net',
  summary: 'The Public Net',
  answer: z.object({ publicNet: PublicNet }),
  errors: [],
  example: { answer: { publicNet: EXAMPLE_PUBLIC_NET } },
  handle: ({ shard }) => ({ publicNet: presentPublicNet(shard) }),
});

const change = {
  method: 'post' as const,
  scope: 'manage:features' as const,
  tag: 'Public Net',
  errors: ['central.refused', 'central.unreachable'] as const,
};

const showErrors = [...change.errors, 'net.name-taken'] as const;

const Wishes = z.object({
  name: NetName.optional().meta({ description: 'Another name.', example: 'Public Rally Net' }),
  roleIds: RoleIds.optional().meta({ description: 'Other roles; none: it is open to everyone.' }),
});

const answerTo = <const A extends string>(action: A) =>
  z.object({ action: z.literal(action), features: Features, publicNet: PublicNet });

/** What the Public Net of the examples is after it was shown, as the features say it. */
const { enabled, name, roleIds } = EXAMPLE_SHOWN;
const shown = { features: { ...EXAMPLE_FEATURES, publicNet: { enabled, name, roleIds } }, publicNet: EXAMPLE_SHOWN };
const hidden = { features: EXAMPLE_FEATURES, publicNet: EXAMPLE_PUBLIC_NET };
const exampleWishes = { name: 'Public Rally Net', roleIds: [EXAMPLE.roleId] };

function answer<const A extends string>(action: A, shard: Shard, features: FeaturesRecord) {
  return { action, features, publicNet: presentPublicNet(shard) };
}

/** The plain path and `/show` are the same act. */
function showRoute(id: string, path: string, summary: string): Route {
  return defineRoute({
    ...change,
    id,
    path,
    summary,
    description:
      'It takes slot 250 among the nets and can be bound to channels like any net. Where it is shown already, its name and roles are changed.',
    body: Wishes,
    answer: answerTo('public-net.show'),
    errors: showErrors,
    example: { body: exampleWishes, answer: { action: 'public-net.show', ...shown } },
    async handle({ shard, actor, body }) {
      const { features } = await shard.change(actor, { type: 'public-net.show', ...body });
      return answer('public-net.show', shard, features);
    },
  });
}

const hideRoute = defineRoute({
  ...change,
  id: 'hidePublicNet',
  path: '/public-net/hide',
  summary: 'Hide the Public Net',
  description: 'It keeps its name, roles and channels for the next time.',
  body: z.object({}),
  answer: answerTo('public-net.hide'),
  example: { body: {}, answer: { action: 'public-net.hide', ...hidden } },
  async handle({ shard, actor }) {
    const { features } = await shard.change(actor, { type: 'public-net.hide' });
    return answer('public-net.hide', shard, features);
  },
});

const removeRoute = defineRoute({
  ...change,
  id: 'removePublicNet',
  path: '/public-net/remove',
  summary: 'Hide the Public Net and forget how it was set',
  description: 'Name and roles are the defaults again, its channels are unbound, and nobody is assigned to it.',
  body: z.object({}),
  answer: answerTo('public-net.remove'),
  example: { body: {}, answer: { action: 'public-net.remove', ...hidden } },
  async handle({ shard, actor }) {
    const { features } = await shard.change(actor, { type: 'public-net.remove' });
    return answer('public-net.remove', shard, features);
  },
});

const restoreRoute = defineRoute({
  ...change,
  id: 'restorePublicNet',
  path: '/public-net/restore',
  summary: 'Show the Public Net as it was shown last',
  description: 'Its last name and roles come back, also after a removal, where no others are given.',
  body: Wishes,
  answer: answerTo('public-net.restore'),
  errors: showErrors,
  example: { body: exampleWishes, answer: { action: 'public-net.restore', ...shown } },
  async handle({ shard, actor, body }) {
    const { features } = await shard.change(actor, { type: 'public-net.restore', ...body });
    return answer('public-net.restore', shard, features);
  },
});

/** `GET /public-net`, `POST /public-net`, `/public-net/show`, `/hide`, `/remove`, `/restore`. */
export const publicNetRoutes: Route[] = [
  getPublicNet,
  showRoute('setPublicNet', '/public-net', 'Show or change the Public Net'),
  showRoute('showPublicNet', '/public-net/show', 'Show or change the Public Net'),
  hideRoute,
  removeRoute,
  restoreRoute,
];
