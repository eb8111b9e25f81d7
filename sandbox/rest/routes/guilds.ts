import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import { bitsSchema, displayName, type Guild, type Role, snowflakeSchema } from '../../world/model.ts';
import { channelPayload, guildPayload, memberPayload, rolePayload, userOf } from '../../world/payloads.ts';
import { allows, guildPermissions, rank } from '../../world/permissions.ts';
import { guildFor, memberFor } from '../access.ts';
import { ApiError } from '../api-error.ts';
import { readForm } from '../form.ts';
import type { RestRequest, RestServices, Route } from '../route.ts';

/** Roles a guild may have. */
const MAX_ROLES = 250;

const roleForm = z.object({
  name: z.string().max(100).nullish(),
  permissions: z.union([bitsSchema, z.int().min(0).transform(String)]).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  colors: z.looseObject({ primary_color: z.int().min(0).max(0xffffff).nullish() }).nullish(),
  hoist: z.boolean().nullish(),
  mentionable: z.boolean().nullish(),
});
const pageForm = z.object({ limit: z.coerce.number().int().min(1).max(1000), after: snowflakeSchema });
const searchForm = z.object({ query: z.string().min(1), limit: z.coerce.number().int().min(1).max(1000) });

/** A guild, its members as lists, its roles. */
export function guildRoutes({ world }: RestServices): Route[] {
  return [
    { method: 'GET', path: '/guilds/:guild', handle: (r) => guildPayload(guildFor(world, r.bot, r.params['guild'])) },
    {
      method: 'GET',
      path: '/guilds/:guild/channels',
      handle: (r) => {
        const guild = guildFor(world, r.bot, r.params['guild']);
        return [...guild.channels.values()].map((channel) => channelPayload(guild, channel));
      },
    },
    { method: 'GET', path: '/guilds/:guild/members', handle: listMembers },
    { method: 'GET', path: '/guilds/:guild/members/search', handle: searchMembers },
    {
      method: 'GET',
      path: '/guilds/:guild/members/:user',
      handle: (r) =>
        memberPayload(world, memberFor(guildFor(world, r.bot, r.params['guild']), r.bot, r.params['user'])),
    },
    {
      method: 'GET',
      path: '/guilds/:guild/roles',
      handle: (r) => [...guildFor(world, r.bot, r.params['guild']).roles.values()].map(rolePayload),
    },
    { method: 'POST', path: '/guilds/:guild/roles', handle: createRole },
    { method: 'GET', path: '/guilds/:guild/roles/:role', handle: (r) => rolePayload(findRole(r).role) },
    { method: 'PATCH', path: '/guilds/:guild/roles/:role', handle: updateRole },
    { method: 'DELETE', path: '/guilds/:guild/roles/:role', handle: deleteRole },
  ];

  function listMembers({ bot, params, query }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild']);
    if (!bot.privilegedIntents.includes('GuildMembers')) throw new ApiError('missingAccess');
    const { limit, after } = readForm(pageForm, {
      limit: query.get('limit') ?? 1,
      after: query.get('after') ?? '0',
    });
    return [...guild.members.values()]
      .filter((member) => BigInt(member.userId) > BigInt(after))
      .sort((a, b) => (BigInt(a.userId) < BigInt(b.userId) ? -1 : 1))
      .slice(0, limit)
      .map((member) => memberPayload(world, member));
  }

  function searchMembers({ bot, params, query }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild']);
    const form = readForm(searchForm, { query: query.get('query') ?? undefined, limit: query.get('limit') ?? 1 });
    const prefix = form.query.toLowerCase();
    return [...guild.members.values()]
      .filter((member) => {
        const user = userOf(world, member.userId);
        return [user.username, displayName(user, member)].some((name) => name.toLowerCase().startsWith(prefix));
      })
      .slice(0, form.limit)
      .map((member) => memberPayload(world, member));
  }

  function createRole({ bot, params, body }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild'], P.ManageRoles);
    const form = readForm(roleForm, body ?? {});
    if (guild.roles.size >= MAX_ROLES) throw new ApiError('tooManyRoles');
    const { name = 'new role', permissions, ...rest } = rolePatch(form);
    const bits = permissions ?? guild.roles.get(guild.id)?.permissions ?? '0';
    mayGrant(guild, bot.userId, bits);
    return rolePayload(world.createRole(guild, { name, permissions: bits, ...rest }));
  }

  function updateRole(request: RestRequest): unknown {
    const { guild, role } = findRole(request, P.ManageRoles);
    const patch = rolePatch(readForm(roleForm, request.body));
    mustRankAbove(guild, request.bot.userId, role);
    if (patch.permissions !== undefined) mayGrant(guild, request.bot.userId, patch.permissions);
    return rolePayload(world.updateRole(guild, role, patch));
  }

  function deleteRole(request: RestRequest): undefined {
    const { guild, role } = findRole(request, P.ManageRoles);
    if (role.id === guild.id || role.botId) throw new ApiError('invalidRole');
    mustRankAbove(guild, request.bot.userId, role);
    world.deleteRole(guild, role);
  }

  function findRole({ bot, params }: RestRequest, wanted = 0n): { guild: Guild; role: Role } {
    const guild = guildFor(world, bot, params['guild'], wanted);
    const role = guild.roles.get(params['role'] ?? '');
    if (!role) throw new ApiError('unknownRole');
    return { guild, role };
  }
}

function rolePatch(form: z.infer<typeof roleForm>): Partial<Omit<Role, 'id'>> {
  const color = form.colors?.primary_color ?? form.color;
  return {
    ...(form.name ? { name: form.name } : {}),
    ...(form.permissions ? { permissions: form.permissions } : {}),
    ...(color === undefined || color === null ? {} : { color }),
    ...(typeof form.hoist === 'boolean' ? { hoist: form.hoist } : {}),
    ...(typeof form.mentionable === 'boolean' ? { mentionable: form.mentionable } : {}),
  };
}

/** Nobody hands on what they may not do themselves. */
function mayGrant(guild: Guild, botId: string, permissions: string): void {
  if (!allows(guildPermissions(guild, botId), BigInt(permissions))) throw new ApiError('missingPermissions');
}

/** A role can be managed only by somebody whose highest role stands above it. */
export function mustRankAbove(guild: Guild, botId: string, role: Role): void {
  if (rank(guild, botId) <= role.position) throw new ApiError('missingPermissions');
}
