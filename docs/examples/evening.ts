/**
 * Runs an evening: nets and people from the sign-up list, rules for the roles, open, a briefing to everyone, whatever
 * happens, close, report. Ctrl-C, or --minutes, ends the evening in order. Every step may be repeated: what is done is
 * left as it is.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Access, must, type OwnerApi, ownerApi } from './client.ts';
import { readCsv } from './csv.ts';
import { type ShardEvent, watchEvents } from './stream.ts';

/** Most items of one bulk request. */
const BULK = 200;

const { values: options } = parseArgs({
  options: { minutes: { type: 'string' }, briefing: { type: 'string', default: 'Briefing in five minutes.' } },
});

/** Where the shard is and the key: SHARD_URL and OWNER_KEY, or the READY_FILE of the demo. */
async function readAccess(): Promise<Access> {
  const { SHARD_URL, OWNER_KEY, READY_FILE } = process.env;
  if (SHARD_URL && OWNER_KEY) return { shardUrl: SHARD_URL.replace(/\/$/, ''), ownerKey: OWNER_KEY };
  if (!READY_FILE) throw new Error('Set SHARD_URL and OWNER_KEY, or READY_FILE to the file that the demo writes.');
  const ready = JSON.parse(await readFile(READY_FILE, 'utf8')) as { apiUrl: string; ownerKey: string };
  return { shardUrl: ready.apiUrl, ownerKey: ready.ownerKey };
}

/** Nets by name, after those that were missing are made. */
async function makeNets(api: OwnerApi, wanted: readonly { net: string; channelId: string }[]) {
  const status = must(await api.GET('/api/v1/status'));
  const uids = new Map(status.nets.map((net) => [net.name.toLowerCase(), net.netUid]));
  for (const { net: name, channelId } of wanted) {
    if (uids.has(name.toLowerCase())) continue;
    const body = { name, ...(channelId !== '' && { channelIds: [channelId] }) };
    const made = must(await api.POST('/api/v1/nets', { body }));
    uids.set(name.toLowerCase(), made.netUid);
    console.log(`net ${made.netId} ${made.name}: made`);
  }
  return (name: string): string => {
    const uid = uids.get(name.toLowerCase());
    if (uid === undefined) throw new Error(`nets.csv does not name the net ${name}`);
    return uid;
  };
}

/** Lets nets be heard on other nets too. */
async function relay(api: OwnerApi, wanted: readonly { netUid: string; target: string }[]): Promise<void> {
  for (const { netUid, target } of wanted) {
    const { net } = must(await api.POST('/api/v1/nets/relays', { body: { netUid, targets: [target] } }));
    console.log(`net ${net.id} ${net.name}: heard on ${net.relayTargetNetIds.join(', ')} too`);
  }
}

/** Adds a rule per role to those there are: the whole set is sent, first as a dry run. */
async function addRules(api: OwnerApi, wanted: readonly { roleId: string; netUid: string }[]): Promise<void> {
  const { rules } = must(await api.GET('/api/v1/rules'));
  const nets = new Map(rules.map(({ roleId, netUids }) => [roleId, new Set(netUids)]));
  for (const { roleId, netUid } of wanted) nets.set(roleId, (nets.get(roleId) ?? new Set()).add(netUid));
  const body = { rules: [...nets].map(([roleId, netUids]) => ({ roleId, netUids: [...netUids] })) };
  const planned = must(await api.POST('/api/v1/rules', { body: { ...body, dryRun: true } }));
  console.log(`rules: ${planned.diff.added.length} to add, ${planned.diff.membersAffected} connected people affected`);
  if (planned.diff.added.length > 0) must(await api.POST('/api/v1/rules', { body }));
}

/** Puts everybody on the net they signed up for; a repeated request with the same key would be done once. */
async function assign(api: OwnerApi, people: readonly { userId: string; netUid: string }[]): Promise<void> {
  for (let from = 0; from < people.length; from += BULK) {
    const body = { action: 'assign' as const, assignments: people.slice(from, from + BULK) };
    const headers = { 'Idempotency-Key': randomUUID() };
    const { applied, skipped } = must(await api.POST('/api/v1/assignments/bulk', { body, headers }));
    console.log(`assignments: ${applied} applied, ${skipped} were so already`);
  }
}

/** A text alert to everybody; one per minute and key, so that the second of two evenings may be told to wait. */
async function brief(api: OwnerApi, text: string): Promise<void> {
  const body = { text, senderName: 'Ops Bot', alertType: 'non-emergency' as const };
  const sent = await api.POST('/api/v1/acars', { body });
  if (sent.response.status === 429) console.log(`briefing: wait ${sent.response.headers.get('retry-after')} s`);
  else console.log(`briefing: reached ${must(sent).clients} operators`);
}

/** One line per event that people of the evening want to see. */
function describe({ at, type, data }: ShardEvent): string {
  const who = String(data['displayName'] ?? data['userId'] ?? '');
  const what: Record<string, string> = {
    'user.joined': `${who} joined`,
    'user.left': `${who} left`,
    'ptt.start': `${who} speaks on net ${data['netId']}`,
    'ptt.stop': `${who} spoke for ${Number(data['durationMs']) / 1000} s`,
    'acars.sent': `${data['senderName']}: ${data['text']}`,
    'assignments.changed': `${data['action']} ${who} (${data['source']})`,
  };
  return `${at.slice(11, 19)} ${what[type] ?? type}`;
}

/** Who spoke for how long, and how full the nets were. */
async function report(api: OwnerApi, sinceMinutes: number): Promise<void> {
  const metrics = must(await api.GET('/api/v1/metrics', { params: { query: { sinceMinutes } } }));
  const { talkTime, connected } = metrics;
  console.log(`\nthe evening: ${seconds(talkTime.totalMs)} of talk, at most ${connected.peak} connected`);
  for (const one of talkTime.byNet) console.log(`  net ${one.name}: ${seconds(one.ms)} in ${one.transmissions}`);
  for (const one of talkTime.byUser) console.log(`  ${one.displayName}: ${seconds(one.ms)} in ${one.transmissions}`);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const access = await readAccess();
const api = ownerApi(access);
const began = Date.now();
const over = new AbortController();
process.once('SIGINT', () => over.abort());
if (options.minutes !== undefined) setTimeout(() => over.abort(), Number(options.minutes) * 60_000).unref();

const nets = await readCsv(new URL('nets.csv', import.meta.url), ['net', 'channelId', 'roleId', 'heardOn']);
const signUps = await readCsv(new URL('sign-ups.csv', import.meta.url), ['userId', 'net']);
const uidOf = await makeNets(api, nets);
const relayed = nets.filter(({ heardOn }) => heardOn !== '');
await relay(
  api,
  relayed.map(({ net, heardOn }) => ({ netUid: uidOf(net), target: uidOf(heardOn) })),
);
const ruled = nets.filter(({ roleId }) => roleId !== '');
await addRules(
  api,
  ruled.map(({ net, roleId }) => ({ roleId, netUid: uidOf(net) })),
);
await assign(
  api,
  signUps.map(({ userId, net }) => ({ userId, netUid: uidOf(net) })),
);
const types = ['user.*', 'ptt.*', 'acars.sent', 'assignments.changed', 'operation.*'];
let watching: Promise<void> = Promise.resolve();
await new Promise<void>((connected, refused) => {
  watching = watchEvents(access, types, over.signal, (event) => console.log(describe(event)), connected);
  watching.catch(refused);
});
must(await api.POST('/api/v1/operation', { body: { open: true } }));
await brief(api, options.briefing);
await watching;
must(await api.POST('/api/v1/operation', { body: { open: false } }));
await report(api, Math.ceil((Date.now() - began) / 60_000) + 1);
