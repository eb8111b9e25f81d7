import { expect } from 'chai';
import { handleInteraction } from '../../../../commands/handle.ts';
import type { Log } from '../../../../shard/ports.ts';
import { type Given, givenShard, person, SYSTEM } from '../../../support/given-shard.ts';
import { type Arrived, type Choice, FakeDiscord, type Options, type Person } from './fake-discord.ts';

export const ADMIN: Person = { id: '101', name: 'Ada', administrator: true };
export const COMMANDER: Person = { id: '102', name: 'Cora', roleIds: ['31'] };
export const LEAD: Person = { id: '103', name: 'Lee', roleIds: ['32'] };
export const MEMBER: Person = { id: '104', name: 'Mia' };

interface Logged {
  level: 'debug' | 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  message: string;
}

/** A shard with people of every rank, and Discord in front of it. */
export interface Desk extends Given {
  discord: FakeDiscord;
  logged: Logged[];
  /** Gives a command and answers what Discord got, oldest first. */
  give(words: string, by: Person, options?: Options): Promise<Arrived[]>;
  /** Gives a command and answers the text the person sees in the end. */
  say(words: string, by: Person, options?: Options): Promise<string>;
  /** Presses a button and answers what Discord got. */
  click(customId: string, by: Person): Promise<Arrived[]>;
  /** Types into an option and answers what is suggested. */
  type(words: string, by: Person, option: string, typed: string): Promise<Choice[]>;
  /** Creates nets, each bound to the channel with the same place in 11…16. */
  nets(...names: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Roles: 31 commands, 32 leads a squad. */
export async function givenDesk(options: Parameters<typeof givenShard>[0] = {}): Promise<Desk> {
  const given = await givenShard(options);
  await given.shard.change(SYSTEM, { type: 'settings.set', commanderRoleIds: ['31'], squadLeadRoleIds: ['32'] });
  const discord = new FakeDiscord();
  const logged: Logged[] = [];
  const log = keepingLog(logged);
  const give: Desk['give'] = async (words, by, commandOptions) => {
    discord.arrived.length = 0;
    await handleInteraction(discord.command(words, by, commandOptions), given.shard, log);
    return [...discord.arrived];
  };
  return {
    ...given,
    discord,
    logged,
    give,
    say: async (...command) => (await give(...command)).findLast(({ kind }) => kind !== 'follow-up')?.text ?? '',
    async click(customId, by) {
      discord.arrived.length = 0;
      await handleInteraction(discord.click(customId, by), given.shard, log);
      return [...discord.arrived];
    },
    async type(words, by, option, typed) {
      discord.arrived.length = 0;
      await handleInteraction(discord.typing(words, by, option, typed), given.shard, log);
      return discord.arrived[0]?.body.choices ?? [];
    },
    async nets(...names) {
      for (const [index, name] of names.entries()) {
        const channelIds = index < 6 ? [String(11 + index)] : [];
        await given.shard.change(SYSTEM, { type: 'net.create', name, channelIds });
      }
    },
    async stop() {
      await discord.stop();
      await given.shard.stop();
    },
  };
}

/** Everyone sits down: user id → channel id. */
export function seat(desk: Desk, seats: Record<string, string>): void {
  const people = Object.entries(seats).map(([userId, channelId]) => person(userId, channelId));
  desk.shard.observe({ type: 'people', people });
}

/** An error: only the person sees it, it is marked, and it says this. */
export function expectError(arrived: readonly Arrived[], words: string): void {
  const last = arrived.at(-1);
  expect(last?.text).to.match(/^❌ /).and.to.contain(words);
  for (const answer of arrived) expect(answer.ephemeral, answer.kind).to.equal(true);
}

function keepingLog(logged: Logged[]): Log {
  const keep = (level: Logged['level']) => (fields: object, message: string) =>
    void logged.push({ level, fields: { ...fields }, message });
  return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
