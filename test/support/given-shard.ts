import type { ChannelFact, PersonFact } from '../../shard/facts.ts';
import type { PersonActor, SystemActor } from '../../shard/people/actor.ts';
import type { ArchiveSearch, Central } from '../../shard/ports.ts';
import { Shard } from '../../shard/shard.ts';
import {
  APPROVING,
  GivenClock,
  type GivenNotices,
  type GivenPeople,
  type GivenVoice,
  givenIds,
  givenOutside,
  SILENT,
} from './given.ts';
import { givenSearch } from './given-search.ts';
import { MemoryStore } from './memory-store.ts';

export const GUILD = '1000';
export const SYSTEM: SystemActor = { kind: 'system', name: 'test' };

/** A shard over given things, with everything a test may want to look at. */
export interface Given {
  shard: Shard;
  store: MemoryStore;
  clock: GivenClock;
  voice: GivenVoice;
  people: GivenPeople;
  notices: GivenNotices;
}

/** A started shard of one guild with voice channels 11…16, a stage 17, a hidden voice channel 18 and a text channel 19. */
export async function givenShard(
  options: {
    store?: MemoryStore;
    central?: Central;
    search?: ArchiveSearch;
    clock?: GivenClock;
    acarsCooldownMs?: number;
  } = {},
): Promise<Given> {
  const {
    store = new MemoryStore(),
    central = APPROVING,
    search = givenSearch(),
    clock = new GivenClock(),
    acarsCooldownMs,
  } = options;
  const outside = givenOutside();
  const ids = givenIds();
  const shard = new Shard({
    guildId: GUILD,
    store,
    central,
    search,
    ...outside,
    clock,
    ids,
    log: SILENT,
    acarsCooldownMs,
  });
  await shard.start();
  shard.observe({ type: 'guild', name: 'Test Guild', roles: [{ id: '21', name: 'Pilot' }], channels: CHANNELS });
  return { shard, store, clock, ...outside };
}

const channel = (id: number, kind: ChannelFact['kind'], usable = true): ChannelFact => ({
  id: String(id),
  name: `channel ${id}`,
  kind,
  usable,
});

const CHANNELS = [
  ...[11, 12, 13, 14, 15, 16].map((id) => channel(id, 'voice')),
  channel(17, 'stage'),
  channel(18, 'voice', false),
  channel(19, 'text'),
];

/** Somebody in a voice channel, or in none. */
export function person(userId: string, channelId: string | null, roleIds: string[] = []): PersonFact {
  return { userId, displayName: `Person ${userId}`, bot: false, roleIds, channelId };
}

/** Somebody giving a command. */
export function actor(userId: string, options: { roleIds?: string[]; administrator?: boolean } = {}): PersonActor {
  const { roleIds = [], administrator = false } = options;
  return { kind: 'person', userId, name: `Person ${userId}`, roleIds, administrator };
}

/** Runs what must be refused; answers the error's code. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as { code?: string } | undefined)?.code ?? 'not refused';
}
