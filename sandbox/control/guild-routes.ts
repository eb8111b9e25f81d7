import { z } from 'zod';
import type { Calls } from '../gateway/calls.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { Refusal } from '../interactions/refusal.ts';
import { channelName } from '../rest/routes/channels.ts';
import {
  bitsSchema,
  type Channel,
  displayName,
  type Guild,
  PRIVILEGED_INTENTS,
  type Role,
  snowflakeSchema,
} from '../world/model.ts';
import { userOf } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import type { ControlRoute } from './control.ts';
import { guildOf, memberOf, rolesOf } from './lookup.ts';

const name = z.string().trim().min(1).max(100);
const memberBody = z.strictObject({
  name: z.string().trim().min(1).max(32).optional(),
  /** Somebody who exists already, to be in a further guild. */
  userId: snowflakeSchema.optional(),
  roleIds: z.array(snowflakeSchema).default([]),
});
const memberPatch = z.strictObject({
  roleIds: z.array(snowflakeSchema).optional(),
  nick: z.string().max(32).nullable().optional(),
});
const permissions = z.union([bitsSchema, z.int().min(0).transform(String)]);
const roleBody = z.strictObject({ name, permissions: permissions.default('0') });
const overwriteBody = z.strictObject({
  id: snowflakeSchema,
  type: z.enum(['role', 'member']),
  allow: bitsSchema.default('0'),
  deny: bitsSchema.default('0'),
});
const CHANNEL_TYPES = { text: 0, voice: 2, category: 4 } as const;
const channelBody = z.strictObject({
  name,
  type: z.enum(['text', 'voice', 'category']),
  parentId: snowflakeSchema.nullable().optional(),
  userLimit: z.int().min(0).max(99).default(0),
  overwrites: z.array(overwriteBody).default([]),
});
const botPatch = z.strictObject({ privilegedIntents: z.array(z.enum(PRIVILEGED_INTENTS)) });

/** What is there, and changing it as an admin would. */
export function guildRoutes(world: World, gateway: Gateway, calls: Calls): ControlRoute[] {
  return [
    { method: 'GET', path: '/state', handle: () => state() },
    { method: 'POST', path: '/guilds/:guild/members', handle: addMember },
    {
      method: 'PATCH',
      path: '/guilds/:guild/members/:member',
      handle: ({ params, read }) => {
        const guild = guildOf(world, params['guild']);
        const member = memberOf(guild, params['member']);
        const { roleIds, nick } = read(memberPatch);
        world.updateMember(guild, member, {
          ...(roleIds ? { roleIds: rolesOf(guild, roleIds) } : {}),
          ...(nick === undefined ? {} : { nick: nick || null }),
        });
        return memberState(guild, member.userId);
      },
    },
    {
      method: 'DELETE',
      path: '/guilds/:guild/members/:member',
      handle: ({ params }) => {
        const guild = guildOf(world, params['guild']);
        const member = memberOf(guild, params['member']);
        if (guild.ownerId === member.userId) throw new Refusal(400, 'The owner of a guild cannot leave it.');
        world.removeMember(guild, member);
      },
    },
    {
      method: 'POST',
      path: '/guilds/:guild/roles',
      handle: ({ params, read }) => {
        const guild = guildOf(world, params['guild']);
        return { id: world.createRole(guild, read(roleBody)).id };
      },
    },
    { method: 'POST', path: '/guilds/:guild/channels', handle: addChannel },
    {
      method: 'PATCH',
      path: '/bots/:bot',
      handle: ({ params, read }) => {
        const bot = world.bots.get(params['bot'] ?? '');
        if (!bot) throw new Refusal(404, `There is no bot with the id ${params['bot']}.`);
        world.setPrivilegedIntents(bot, read(botPatch).privilegedIntents);
      },
    },
  ];

  function addMember({ params, read }: Parameters<ControlRoute['handle']>[0]): { id: string } {
    const guild = guildOf(world, params['guild']);
    const body = read(memberBody);
    const roleIds = rolesOf(guild, body.roleIds);
    if ((body.name === undefined) === (body.userId === undefined)) {
      throw new Refusal(400, 'name: give the name of a new person, or the userId of somebody who exists.');
    }
    const user = body.userId === undefined ? undefined : world.users.get(body.userId);
    if (body.userId !== undefined && !user)
      throw new Refusal(404, `userId: there is nobody with the id ${body.userId}.`);
    if (user && guild.members.has(user.id)) throw new Refusal(409, `userId: ${user.id} is a member already.`);
    const { id } = user ?? world.createPerson(body.name ?? '');
    world.addMember(guild, id, roleIds);
    return { id };
  }

  function addChannel({ params, read }: Parameters<ControlRoute['handle']>[0]): { id: string } {
    const guild = guildOf(world, params['guild']);
    const body = read(channelBody);
    const type = CHANNEL_TYPES[body.type];
    const parent = body.parentId ? guild.channels.get(body.parentId) : undefined;
    if (body.parentId && !parent) throw new Refusal(404, `parentId: there is no channel with the id ${body.parentId}.`);
    if (parent && parent.type !== 4) throw new Refusal(400, `parentId: ${parent.name} is not a category.`);
    const created = world.createChannel(guild, {
      name: channelName(body.name, type),
      type,
      parentId: body.parentId ?? null,
      userLimit: body.userLimit,
      overwrites: body.overwrites.map(({ type: of, ...bits }) => ({ ...bits, type: of === 'role' ? 0 : 1 })),
    });
    return { id: created.id };
  }

  function state(): unknown {
    return {
      guilds: [...world.guilds.values()].map((guild) => ({
        id: guild.id,
        name: guild.name,
        roles: grantedRoles(guild).map(({ id, name: roleName, permissions }) => ({ id, name: roleName, permissions })),
        channels: [...guild.channels.values()].map(channelState),
        members: [...guild.members.keys()].map((id) => memberState(guild, id)),
      })),
      commands: world.commands(),
      bots: [...world.bots.keys()].map((id) => ({
        id,
        name: userOf(world, id).username,
        online: gateway.isOnline(id),
      })),
    };
  }

  function memberState(guild: Guild, userId: string): unknown {
    const member = memberOf(guild, userId);
    const user = userOf(world, userId);
    const voice = guild.voice.get(userId);
    return {
      id: userId,
      name: displayName(user, member),
      bot: user.bot,
      roleIds: member.roleIds.filter((id) => guild.roles.get(id)?.botId === null),
      voice: {
        channelId: voice?.channelId ?? null,
        speaking: calls.isSpeaking(guild.id, userId),
        selfMute: voice?.selfMute ?? false,
        mute: member.mute,
        deaf: member.deaf,
      },
    };
  }
}

/** The roles that people give and take: not @everyone, nor those that Discord manages for bots. */
function grantedRoles(guild: Guild): Role[] {
  return [...guild.roles.values()].filter((role) => role.id !== guild.id && role.botId === null);
}

const TYPE_NAMES = { 0: 'text', 2: 'voice', 4: 'category', 13: 'voice' } as const;

function channelState(channel: Channel): unknown {
  const { id, name: channelTitle, type, parentId } = channel;
  return { id, name: channelTitle, type: TYPE_NAMES[type], ...(parentId === null ? {} : { parentId }) };
}
