import { randomBytes } from 'node:crypto';
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import {
  type Bot,
  type Channel,
  type Member,
  type PrivilegedIntent,
  plainChannel,
  type Role,
  type User,
  type WorldData,
} from './model.ts';
import { snowflakeAt } from './snowflakes.ts';

const FOUNDED = '2026-01-05T18:00:00.000Z';
const union = (...bits: readonly bigint[]): string => String(bits.reduce((all, bit) => all | bit, 0n));

/** What everybody may in a guild that was just made. */
const EVERYONE = union(
  P.ViewChannel,
  P.SendMessages,
  P.SendMessagesInThreads,
  P.CreatePublicThreads,
  P.EmbedLinks,
  P.AttachFiles,
  P.AddReactions,
  P.UseExternalEmojis,
  P.ReadMessageHistory,
  P.UseApplicationCommands,
  P.ChangeNickname,
  P.CreateInstantInvite,
  P.Connect,
  P.Speak,
  P.Stream,
  P.UseVAD,
  P.RequestToSpeak,
);

const MAIN_BOT = union(
  P.ViewChannel,
  P.SendMessages,
  P.EmbedLinks,
  P.AttachFiles,
  P.ReadMessageHistory,
  P.Connect,
  P.Speak,
  P.UseVAD,
  P.MoveMembers,
  P.ManageRoles,
  P.ManageChannels,
);
const WORKER_BOT = union(P.ViewChannel, P.Connect, P.Speak, P.UseVAD);

const ROLES: readonly { name: string; permissions: string; color: number }[] = [
  { name: 'Medic', permissions: '0', color: 0x1abc9c },
  { name: 'Ground', permissions: '0', color: 0xa84300 },
  { name: 'Pilot', permissions: '0', color: 0x3498db },
  { name: 'Squad Lead', permissions: '0', color: 0xf1c40f },
  { name: 'Command', permissions: '0', color: 0xe67e22 },
  { name: 'Admin', permissions: union(P.Administrator), color: 0xe74c3c },
];

const PEOPLE: readonly { name: string; roles: readonly string[] }[] = [
  { name: 'Mara Voss', roles: ['Admin', 'Command'] },
  { name: 'Idris Okafor', roles: ['Command'] },
  { name: 'Lena Brandt', roles: ['Command', 'Pilot'] },
  { name: 'Tomas Reyes', roles: ['Squad Lead', 'Pilot'] },
  { name: 'Yuki Tanabe', roles: ['Squad Lead', 'Ground'] },
  { name: 'Sorin Dalca', roles: ['Pilot'] },
  { name: 'Freya Lund', roles: ['Pilot'] },
  { name: 'Kofi Mensah', roles: ['Ground'] },
  { name: 'Anneke Visser', roles: ['Ground'] },
  { name: 'Rafe Calder', roles: ['Ground', 'Medic'] },
  { name: 'Priya Nair', roles: ['Medic'] },
  { name: 'Jonas Weil', roles: [] },
];

const TEXT_CHANNELS = ['general', 'ops'];
const VOICE_CHANNELS = ['Ready Room', 'Command', 'Alpha', 'Bravo', 'Ground', 'Medical'];

const BOTS: readonly { name: string; permissions: string; intents: readonly PrivilegedIntent[] }[] = [
  { name: 'Comms', permissions: MAIN_BOT, intents: ['GuildMembers', 'MessageContent', 'GuildPresences'] },
  ...[1, 2, 3, 4].map((n) => ({ name: `Comms Voice ${n}`, permissions: WORKER_BOT, intents: [] })),
];

/** A new token in the shape of Discord's: the bot's id, a time, a secret. */
function mintToken(botId: string): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64url');
  return `${Buffer.from(botId).toString('base64url')}.${part(4)}.${part(27)}`;
}

function role(id: string, name: string, position: number, permissions: string, more: Partial<Role> = {}): Role {
  return { id, name, position, permissions, color: 0, hoist: false, mentionable: false, botId: null, ...more };
}

function channel(id: string, name: string, type: 0 | 2, position: number): Channel {
  return { id, name, type, position, ...plainChannel() };
}

function member(userId: string, roleIds: readonly string[]): Member {
  return { userId, nick: null, roleIds: [...roleIds], joinedAt: FOUNDED, mute: false, deaf: false };
}

/** Bots' own roles, above the ordinary ones so that the main bot may give and take those. */
function botRoles(nextId: () => string, bots: readonly Bot[], above: number): Role[] {
  return bots.map((bot, n) => {
    const { name, permissions } = BOTS[n] as (typeof BOTS)[number];
    return role(nextId(), name, above + bots.length - n, permissions, { botId: bot.userId });
  });
}

/**
 * The world of a first start: the demo guild and a second one, empty but for its owner and the bots. The same ids
 * every time; only the tokens are new.
 */
export function demoWorld(): WorldData {
  let count = 0;
  const nextId = (): string => snowflakeAt(Date.parse(FOUNDED), count++);
  const guildId = nextId();
  const otherGuildId = nextId();
  const people = PEOPLE.map(({ name, roles }) => ({ user: person(nextId(), name), roles }));
  const otherOwner = person(nextId(), 'Delia Marsh');
  const botUsers = BOTS.map(({ name }): User => ({ id: nextId(), username: name, globalName: null, bot: true }));
  const bots = botUsers.map(
    (user, n): Bot => ({
      userId: user.id,
      token: mintToken(user.id),
      privilegedIntents: [...(BOTS[n]?.intents ?? [])],
    }),
  );
  const roles = ROLES.map(({ name, permissions, color }, n) => role(nextId(), name, n + 1, permissions, { color }));
  const roleId = (name: string): string => roles.find((r) => r.name === name)?.id ?? '';
  const ownRoles = botRoles(nextId, bots, roles.length);
  const otherRoles = botRoles(nextId, bots, 0);
  const channels = [
    ...TEXT_CHANNELS.map((name, n) => channel(nextId(), name, 0, n)),
    ...VOICE_CHANNELS.map((name, n) => channel(nextId(), name, 2, n)),
  ];
  const botMembers = (own: readonly Role[]) => own.map((r) => member(r.botId ?? '', [r.id]));
  return {
    version: 1,
    guildId,
    otherGuildId,
    users: [...people.map(({ user }) => user), otherOwner, ...botUsers],
    bots,
    guilds: [
      {
        id: guildId,
        name: 'Ninth Horizon',
        ownerId: people[0]?.user.id ?? '',
        roles: [role(guildId, '@everyone', 0, EVERYONE), ...roles, ...ownRoles],
        channels,
        members: [...people.map((p) => member(p.user.id, p.roles.map(roleId))), ...botMembers(ownRoles)],
      },
      {
        id: otherGuildId,
        name: 'Quiet Harbour',
        ownerId: otherOwner.id,
        roles: [role(otherGuildId, '@everyone', 0, EVERYONE), ...otherRoles],
        channels: [channel(nextId(), 'general', 0, 0)],
        members: [member(otherOwner.id, []), ...botMembers(otherRoles)],
      },
    ],
    commands: [],
  };
}

function person(id: string, name: string): User {
  return { id, username: name.toLowerCase().replaceAll(' ', '.'), globalName: name, bot: false };
}
