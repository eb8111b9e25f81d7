import type Koa from 'koa';
import { type AppOptions, createApp } from '../../../api/app.ts';
import { EXAMPLE_EVENTS } from '../../../api/events.ts';
import { EXAMPLE } from '../../../api/example.ts';
import { EXAMPLE_READY, EXAMPLE_SESSION } from '../../../api/example-ready.ts';
import type { LimitOptions } from '../../../api/limits/limits.ts';
import { Listening } from '../../../api/listen/listening.ts';
import { EXAMPLE_WEBHOOK } from '../../../api/present/webhook.ts';
import type { Route } from '../../../api/route.ts';
import { EXAMPLE_NOTE } from '../../../api/routes/audit.ts';
import { ownerRoutes } from '../../../api/routes.ts';
import { Streams } from '../../../api/streams/streams.ts';
import { Webhooks } from '../../../api/webhooks/webhooks.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';
import type { ChannelFact } from '../../../shard/facts.ts';
import type { MetricsHour } from '../../../shard/ledgers.ts';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import type { Approval, Log } from '../../../shard/ports.ts';
import type { ShardEvent } from '../../../shard/record/events.ts';
import type {
  ArchiveRecord,
  KeyKind,
  NetRecord,
  PresetRecord,
  RecordChange,
  WebhookRecord,
} from '../../../shard/records.ts';
import type { Shard } from '../../../shard/shard.ts';
import { Shards } from '../../../shard/shards.ts';
import {
  APPROVING,
  GivenClock,
  type GivenNotices,
  type GivenPeople,
  type GivenVoice,
  givenIds,
  givenOutside,
} from '../../support/given.ts';
import { GivenJobs, givenSearch } from '../../support/given-search.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** The other guild: everything is named as in the first, and has other ids. */
export const OTHER = {
  guildId: '998877665544332211',
  guildName: 'Blue Wing',
  netUid: 'net_bbbbbbbbbbbbbbbbbbbbbbbb',
  userId: '923456789012345678',
  displayName: 'Bob',
  roleId: '9505521308744679464',
  channelId: '9505521308744679001',
  archivedUid: 'net_cccccccccccccccccccccccc',
  webhookId: 'whk_bbbbbbbbbbbbbbbb',
};

/** Further channels of both guilds, by kind. */
export const CHANNELS = { free: '31', stage: '32', text: '33', hidden: '34' };

/** The body limit the tests run with. */
export const LIMIT = 64 * 1024;

/** Limits that no test meets by accident; a test of limits sets its own. */
const NO_LIMITS = { perKey: 1_000_000, perAddress: 1_000_000, trustProxy: [] };

/** No name resolves here, so that nothing is delivered; a test of deliveries brings its own names. */
const NOWHERE = { allowHttp: false, allowPrivate: false, resolve: async () => [] };

const ABOUT = { name: EXAMPLE.shardName, publicUrl: EXAMPLE.publicUrl, version: EXAMPLE.version };
const SYSTEM = { kind: 'system' as const, name: 'test' };

/** Every route of the Owner API that needs a key. */
export const ROUTES: readonly Route[] = ownerRoutes(ABOUT);

/** A key to be made; an owner key with every scope unless it says otherwise. */
interface KeyWish {
  kind?: KeyKind;
  scopes?: readonly string[];
  expiresAt?: string;
}

/** Two guilds behind one application. */
export interface World {
  app: Koa;
  options: AppOptions;
  shards: Shards;
  shard: Shard;
  other: Shard;
  clock: GivenClock;
  store: MemoryStore;
  otherStore: MemoryStore;
  /** An owner key with every scope, of each guild. */
  key: string;
  otherKey: string;
  /** What central says to privileged changes from now on. */
  central: { answer: () => Promise<Approval> };
  /** What indexes the archives of both guilds. */
  search: GivenJobs;
  /** What was done to people, and what they were told, in either guild. */
  people: GivenPeople;
  notices: GivenNotices;
  /** The voice workers of both guilds. */
  voice: GivenVoice;
  /** What was logged as an error. */
  failures: object[];
  addKey(wish?: KeyWish): Promise<string>;
  revoke(secret: string): Promise<void>;
}

/** The guild of the documented examples, and another one. */
export async function makeWorld(wish: { limits?: Partial<LimitOptions>; store?: MemoryStore } = {}): Promise<World> {
  const { store = new MemoryStore() } = wish;
  const clock = new GivenClock(Date.parse(EXAMPLE.time));
  const otherStore = new MemoryStore();
  const central: World['central'] = { answer: async () => ({ approved: true }) };
  const failures: object[] = [];
  const search = new GivenJobs();
  const outside = givenOutside();
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => failures.push(fields) };
  const shards = new Shards({
    open: async (guildId) => (guildId === OTHER.guildId ? otherStore : store),
    central: { ...APPROVING, approve: () => central.answer() },
    search: givenSearch(search),
    outside: () => outside,
    clock,
    ids: givenIds('shards'),
    log,
  });
  const shard = await settle(shards, store, EXAMPLE);
  const other = await settle(shards, otherStore, { ...EXAMPLE, ...OTHER });
  const [key, otherKey] = [await makeKey(shard), await makeKey(other)];
  shard.audit.note(EXAMPLE_NOTE);
  const ids = givenIds('api');
  const readiness = () => [{ name: 'store', ok: true }];
  const options: AppOptions = {
    ...ABOUT,
    shards,
    streams: new Streams(clock),
    listening: new Listening(clock),
    webhooks: new Webhooks({ shards, clock, ids, log, version: EXAMPLE.version, ...NOWHERE }),
    readiness,
    bodyLimitBytes: LIMIT,
    limits: { ...NO_LIMITS, ...wish.limits },
    log,
    clock,
    ids,
  };
  return {
    app: createApp(options),
    options,
    shards,
    shard,
    other,
    clock,
    store,
    otherStore,
    key,
    otherKey,
    central,
    search,
    people: outside.people,
    notices: outside.notices,
    voice: outside.voice,
    failures,
    addKey: (wish) => makeKey(shard, wish),
    async revoke(secret) {
      await shard.change(SYSTEM, { type: 'key.revoke', key: shards.verifyKey(secret).key.id });
    },
  };
}

/** A world with what the example of this route needs besides the seeded guild. */
export async function worldFor({ id }: Pick<Route, 'id'>): Promise<World> {
  const world = await makeWorld();
  const guilds = id === 'setRelays' ? [world.shard, world.other] : [];
  for (const shard of guilds) await shard.change(SYSTEM, { type: 'net.create', name: 'Air Wing' });
  return world;
}

type Guild = { [K in keyof typeof EXAMPLE]: (typeof EXAMPLE)[K] extends number ? number : string };

/** Opens a guild with one net, one rule, one assignment, one person in the net's channel; the operation is open. */
async function settle(shards: Shards, store: MemoryStore, guild: Guild): Promise<Shard> {
  store.rows.push({
    seq: 1,
    at: guild.time,
    actor: { kind: 'system', id: 'test', name: 'test' },
    command: 'seed',
    rows: records(guild),
    events: [
      { ...EXAMPLE_EVENTS['user.joined'], id: guild.earlierEventId },
      localised(EXAMPLE_EVENTS['ptt.start'], guild),
    ].map((event) => ({ ...event, guildId: guild.guildId })) as ShardEvent[],
  });
  await store.ledgers.metrics.set('2026-11-21T06:00:00.000Z', hourBefore(guild));
  const shard = await shards.open(guild.guildId);
  const channels: ChannelFact[] = [
    { id: guild.channelId, name: guild.channelName, kind: 'voice', usable: true },
    { id: CHANNELS.free, name: 'free', kind: 'voice', usable: true },
    { id: CHANNELS.stage, name: 'stage', kind: 'stage', usable: true },
    { id: CHANNELS.text, name: 'text', kind: 'text', usable: true },
    { id: CHANNELS.hidden, name: 'hidden', kind: 'voice', usable: false },
  ];
  shard.observe({ type: 'guild', name: guild.guildName, roles: [{ id: guild.roleId, name: 'Pilot' }], channels });
  const { userId, displayName, roleId, channelId } = guild;
  shard.observe({ type: 'person', person: { userId, displayName, bot: false, roleIds: [roleId], channelId } });
  return shard;
}

function records(guild: Guild): RecordChange[] {
  const net: NetRecord = {
    uid: guild.netUid,
    id: guild.netId,
    name: guild.netName,
    channelIds: [guild.channelId],
    ...DEFAULT_NET_SETTINGS,
    createdAt: guild.time,
    updatedAt: guild.time,
  };
  const netUids = [guild.netUid];
  const { guildId: _, ...session } = localised(EXAMPLE_SESSION, guild);
  const template = localised(EXAMPLE_READY, guild);
  const friday = presetOf(guild);
  return [
    { collection: 'nets', key: net.uid, value: net },
    { collection: 'assignments', key: guild.userId, value: { userId: guild.userId, netUids } },
    { collection: 'rules', key: guild.roleId, value: { roleId: guild.roleId, netUids } },
    { collection: 'presets', key: friday.name.toLowerCase(), value: friday },
    { collection: 'archive', key: guild.archivedUid, value: archived(guild) },
    { collection: 'operation', key: 'guild', value: { open: true, changedAt: guild.time } },
    { collection: 'templates', key: template.id, value: template },
    { collection: 'readyChecks', key: session.id, value: session },
    { collection: 'webhooks', key: guild.webhookId, value: webhookOf(guild) },
  ];
}

function webhookOf({ webhookId: id, webhookUrl: url, webhookSecret: secret, eventId, time }: Guild): WebhookRecord {
  const { events, enabled } = EXAMPLE_WEBHOOK;
  return { id, url, events, secret, keyId: null, createdAt: time, after: eventId, enabled, disabledReason: null };
}

/** The same by and for the person of another guild. */
function localised<T>(example: T, { userId, displayName }: Guild): T {
  const text = JSON.stringify(example).replaceAll(EXAMPLE.userId, userId);
  return JSON.parse(text.replaceAll(`"${EXAMPLE.displayName}"`, `"${displayName}"`)) as T;
}

/** Somebody spoke in the last five minutes of the hour before, and three people were there at its end. */
function hourBefore({ userId, displayName, netUid, netId, netName }: Guild): MetricsHour {
  const last = (length: number, value: number, before: number) => [...new Array(length - 1).fill(before), value];
  return {
    talk: [{ userId, netUid, ms: last(12, 90_000, 0), transmissions: last(12, 4, 0) }],
    people: { [userId]: displayName },
    nets: { [netUid]: { id: netId, name: netName } },
    connected: last(240, 3, -1),
    occupancy: { [netUid]: last(240, 2, 0) },
  };
}

/** The preset of the documented examples. */
function presetOf(guild: Guild): PresetRecord {
  return {
    name: 'Friday Convoy',
    description: 'Escort and haulers',
    nets: [
      { uid: guild.netUid, name: guild.netName },
      { name: 'Haulers', relayTargets: [guild.netName] },
    ],
    assignments: { [guild.userId]: [guild.netName], '223456789012345678': ['Haulers'] },
    open: true,
    createdAt: guild.time,
    updatedAt: guild.time,
  };
}

function archived({ archivedUid: uid, archivedName: name, userId, time }: Guild): ArchiveRecord {
  return {
    ...DEFAULT_NET_SETTINGS,
    uid,
    name,
    notes: 'Patrols the north gate',
    tags: ['patrol', 'night'],
    assignedUserIds: [userId],
    inboundRelayFromNetUids: [],
    channelIds: [],
    createdAt: time,
    archivedAt: time,
    updatedAt: time,
    source: 'api',
  };
}

async function makeKey(shard: Shard, { kind = 'owner', scopes = SCOPES, expiresAt }: KeyWish = {}): Promise<string> {
  const name = `key ${shard.read.keys().length}`;
  const { secret } = await shard.change(SYSTEM, { type: 'key.create', name, kind, scopes, expiresAt });
  return secret;
}
