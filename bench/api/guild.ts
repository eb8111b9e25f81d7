import { SCOPES } from '../../shard/access/scopes.ts';
import type { ChannelFact, PersonFact } from '../../shard/facts.ts';
import type { SystemActor } from '../../shard/people/actor.ts';
import type { Shard } from '../../shard/shard.ts';

/** The guild that is measured. */
export const BENCH_GUILD = '112233445566778899';
/** How large it is. */
const NETS = 50;
const OPERATORS = 500;
/** How many keys it has: a key may hold ten streams open. */
const KEYS = 64;

const BENCH: SystemActor = { kind: 'system', name: 'bench' };
const CHANNEL_BASE = 1_505_521_308_744_000_000n;
const PERSON_BASE = 223_456_789_012_000_000n;
const ROLE_BASE = 305_521_308_744_000_000n;
const idOf = (base: bigint, index: number) => String(base + BigInt(index));

/** Makes it an operation that is under way: a channel and a role per net, ten people in each channel. Answers keys. */
export async function settle(shard: Shard): Promise<{ keys: string[]; netUids: string[] }> {
  const indices = Array.from({ length: NETS }, (_, index) => index);
  const channels = indices.map(
    (index): ChannelFact => ({
      id: idOf(CHANNEL_BASE, index),
      name: `squadron-${index + 1}`,
      kind: 'voice',
      usable: true,
    }),
  );
  const roles = indices.map((index) => ({ id: idOf(ROLE_BASE, index), name: `Squadron ${index + 1}` }));
  shard.observe({ type: 'guild', name: 'Red Wing', roles, channels });
  const netUids: string[] = [];
  for (const [index, channel] of channels.entries()) {
    const name = `Squadron Net ${index + 1}`;
    const { net } = await shard.change(BENCH, { type: 'net.create', name, channelIds: [channel.id] });
    netUids.push(net.uid);
  }
  const rules = roles.map((role, index) => ({ roleId: role.id, nets: [{ netUid: netUids[index] as string }] }));
  await shard.change(BENCH, { type: 'rules.set', rules });
  await shard.change(BENCH, { type: 'operation.set', open: true });
  shard.observe({ type: 'people', people: Array.from({ length: OPERATORS }, (_, index) => operator(index)) });
  return { keys: await makeKeys(shard), netUids };
}

function operator(index: number): PersonFact {
  const place = index % NETS;
  return {
    userId: idOf(PERSON_BASE, index),
    displayName: `Operator ${index + 1}`,
    bot: false,
    roleIds: [idOf(ROLE_BASE, place)],
    channelId: idOf(CHANNEL_BASE, place),
  };
}

async function makeKeys(shard: Shard): Promise<string[]> {
  const keys: string[] = [];
  for (let index = 0; index < KEYS; index += 1) {
    const wish = { name: `bench ${index + 1}`, kind: 'owner' as const, scopes: SCOPES };
    keys.push((await shard.change(BENCH, { type: 'key.create', ...wish })).secret);
  }
  return keys;
}
