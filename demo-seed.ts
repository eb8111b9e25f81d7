import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SCOPES } from './shard/access/scopes.ts';
import type { SystemActor } from './shard/people/actor.ts';
import type { KeyKind, PresetContents } from './shard/records.ts';
import type { Shard } from './shard/shard.ts';

const DEMO: SystemActor = { kind: 'system', name: 'demo' };

/** A role or channel of the demo guild, by name. */
export interface Named {
  id: string;
  name: string;
}

/** The keys of the demo, in plain text; they stay valid over restarts. */
export interface DemoKeys {
  ownerKey: string;
  serviceKey: string;
  shardToken: string;
  otherOwnerKey: string;
}

/** What the demo guild is seeded from. */
export interface DemoGuild {
  roles: readonly Named[];
  channels: readonly Named[];
}

/** Net → the role that is on it besides Command and Admin, who are on all of them. */
const NETS: readonly { name: string; roles: readonly string[] }[] = [
  { name: 'Command', roles: ['Squad Lead'] },
  { name: 'Alpha', roles: ['Pilot'] },
  { name: 'Bravo', roles: ['Pilot'] },
  { name: 'Ground', roles: ['Ground', 'Medic'] },
];

/** A layout to apply to the demo: one more net, command heard on the others, the operation open. */
const PRESET: PresetContents = {
  name: 'Friday Convoy',
  description: 'Command is heard on every net, and the convoy has one of its own.',
  nets: [
    { name: 'Command', relayTargets: ['Alpha', 'Bravo', 'Ground', 'Convoy'] },
    ...['Alpha', 'Bravo', 'Ground'].map((name) => ({ name })),
    { name: 'Convoy', priority: 7 },
  ],
  assignments: {},
  open: true,
};

/**
 * Nets, rules, a preset, settings and keys of the demo, once: the keys file is written last and says that it is done. A start
 * that was cut off in the middle goes on where it stopped.
 */
export async function seedDemo(shard: Shard, other: Shard, guild: DemoGuild, keysFile: string): Promise<DemoKeys> {
  const known = await readKeys(keysFile);
  if (known) return known;
  await seedSettings(shard, guild);
  await seedNets(shard, guild);
  if (shard.read.presets().length === 0) await shard.change(DEMO, { type: 'preset.save', preset: PRESET });
  for (const one of [shard, other]) await revokeOrphans(one);
  const keys: DemoKeys = {
    ownerKey: await mint(shard, 'owner'),
    serviceKey: await mint(shard, 'service'),
    shardToken: await mint(shard, 'shard'),
    otherOwnerKey: await mint(other, 'owner'),
  };
  await writeKeys(keysFile, keys);
  return keys;
}

async function seedSettings(shard: Shard, { roles, channels }: DemoGuild): Promise<void> {
  await shard.change(DEMO, {
    type: 'settings.set',
    opsChannelId: idOf(channels, 'ops'),
    readyRoomId: idOf(channels, 'Ready Room'),
    adminRoleIds: [idOf(roles, 'Admin')],
    commanderRoleIds: [idOf(roles, 'Command')],
    squadLeadRoleIds: [idOf(roles, 'Squad Lead')],
  });
}

async function seedNets(shard: Shard, { roles, channels }: DemoGuild): Promise<void> {
  for (const net of NETS) {
    const exists = shard.read.nets().some((other) => other.name === net.name);
    const channelIds = [idOf(channels, net.name)];
    if (!exists) await shard.change(DEMO, { type: 'net.create', name: net.name, channelIds });
    for (const role of ['Admin', 'Command', ...net.roles]) {
      await shard.change(DEMO, { type: 'rule.add', roleId: idOf(roles, role), net: { text: net.name } });
    }
  }
}

/** Keys of a start that was cut off before their secrets were written down: nobody has them. */
async function revokeOrphans(shard: Shard): Promise<void> {
  for (const key of shard.read.keys().filter((one) => one.createdBy === DEMO.name)) {
    await shard.change(DEMO, { type: 'key.revoke', key: key.id });
  }
}

async function mint(shard: Shard, kind: KeyKind): Promise<string> {
  const scopes = kind === 'owner' ? [...SCOPES] : [];
  const { secret } = await shard.change(DEMO, { type: 'key.create', name: `demo ${kind}`, kind, scopes });
  return secret;
}

function idOf(list: readonly Named[], name: string): string {
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`The demo guild has no "${name}". Delete the sandbox folder to start from a fresh one.`);
  return found.id;
}

async function readKeys(file: string): Promise<DemoKeys | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as DemoKeys);
}

async function writeKeys(file: string, keys: DemoKeys): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
