import { z } from 'zod';
import { ENTITLED_FEATURES } from '../../shard/ports.ts';
import { EXAMPLE_PUBLIC_NET, PublicNet, presentPublicNet } from '../present/public-net.ts';
import { defineRoute, type Route } from '../route.ts';
import { EXAMPLE_FEATURES, Features, FeaturesPatch } from '../schemas.ts';

const getFeatures = defineRoute({
  id: 'getFeatures',
  method: 'get',
  path: '/features',
  scope: 'read:status',
  tag: 'Operation',
  summary: 'Feature switches',
  answer: z.object({
    features: Features,
    entitled: z
      .object({ maxNets: z.int(), features: z.array(z.enum(ENTITLED_FEATURES)) })
      .nullable()
      .meta({ description: 'What central entitles the guild to; null while it has not said so yet.' }),
  }),
  errors: [],
  example: {
    answer: { features: EXAMPLE_FEATURES, entitled: { maxNets: 249, features: [...ENTITLED_FEATURES] } },
  },
  handle({ shard: { read } }) {
    const entitled = read.entitlements();
    return { features: read.features(), entitled: entitled && { ...entitled, features: [...entitled.features] } };
  },
});

const postFeatures = defineRoute({
  id: 'setFeatures',
  method: 'post',
  path: '/features',
  scope: 'manage:features',
  tag: 'Operation',
  summary: 'Change feature switches',
  description:
    'What is left out stays as it is. Switching `publicNet` on is the same as showing the Public Net. `orgLink` is kept and has no effect yet.',
  body: z.object({ features: FeaturesPatch }),
  answer: z.object({ action: z.literal('features.set'), features: Features, publicNet: PublicNet }),
  errors: [
    'net.unknown',
    'net.name-taken',
    'features.max-nets-in-use',
    'setting.invalid',
    'central.refused',
    'central.unreachable',
  ],
  example: {
    body: { features: { globalPttEnabled: true } },
    answer: {
      action: 'features.set',
      features: { ...EXAMPLE_FEATURES, globalPttEnabled: true },
      publicNet: EXAMPLE_PUBLIC_NET,
    },
  },
  async handle({ shard, actor, body }) {
    const { features } = await shard.change(actor, { type: 'features.set', features: body.features });
    return { action: 'features.set' as const, features, publicNet: presentPublicNet(shard) };
  },
});

/** `GET /features`, `POST /features`. */
export const featureRoutes: Route[] = [getFeatures, postFeatures];
