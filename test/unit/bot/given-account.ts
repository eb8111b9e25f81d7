import type { DiscordGatewayAdapterCreator } from '@discordjs/voice';
import { type Client, Status } from 'discord.js';
import type { Account } from '../../../bot/voice/account.ts';

/** An account in one guild with the given channels, as far as the voice half looks at it, and what can be done to it. */
export interface GivenAccount {
  account: Account;
  /** The gateway connection and the guild, to be changed by a test. */
  world: { status: Status; available: boolean; member: boolean; permitted: boolean };
  /** Where it asked Discord to let it in, in order. */
  asked: (string | null)[];
  /** How often permissions were worked out. */
  checks: () => number;
}

/** An account that may serve channels A, B and C of guild `guildId`. */
export function givenAccount(userId: string, guildId: string): GivenAccount {
  const world = { status: Status.Ready, available: true, member: true, permitted: true };
  const asked: (string | null)[] = [];
  let checks = 0;
  const channel = {
    permissionsFor: () => {
      checks++;
      return { has: () => world.permitted };
    },
  };
  const voiceAdapterCreator: DiscordGatewayAdapterCreator = () => ({
    sendPayload: (payload: { d: { channel_id: string | null } }) => asked.push(payload.d.channel_id) > 0,
    destroy: () => {},
  });
  const guild = {
    get available() {
      return world.available;
    },
    members: { me: {} },
    channels: { cache: new Map(['A', 'B', 'C'].map((id) => [id, channel])) },
    voiceAdapterCreator,
  };
  const client = {
    isReady: () => true,
    ws: { shards: { every: (test: (shard: { status: Status }) => boolean) => test(world) } },
    guilds: { cache: { get: (id: string) => (id === guildId && world.member ? guild : undefined) } },
  };
  return {
    account: { name: userId, userId, client: client as unknown as Client<true> },
    world,
    asked,
    checks: () => checks,
  };
}
