import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import {
  type Channel,
  type Guild,
  isVoiceChannel,
  type Member,
  type Role,
  snowflakeSchema,
} from '../../world/model.ts';
import { memberPayload, voiceStatePayload } from '../../world/payloads.ts';
import { allows, channelPermissions, guildPermissions, rank } from '../../world/permissions.ts';
import { enterVoice } from '../../world/voice-access.ts';
import { guildFor, memberFor, need } from '../access.ts';
import { ApiError } from '../api-error.ts';
import { readForm } from '../form.ts';
import type { RestRequest, RestServices, Route } from '../route.ts';
import { mustRankAbove } from './guilds.ts';

/** Moving people, and what else changes a member: 10 in 10 s per guild and bot. */
const MEMBER_LIMIT = { requests: 10, windowMs: 10_000 };

const memberForm = z.object({
  nick: z.string().max(32).nullish(),
  roles: z.array(snowflakeSchema).max(350).nullish(),
  mute: z.boolean().nullish(),
  deaf: z.boolean().nullish(),
  channel_id: snowflakeSchema.nullish(),
});
type MemberForm = z.infer<typeof memberForm>;
const ownForm = z.object({ nick: z.string().max(32).nullish() });
const voiceForm = z.object({
  channel_id: snowflakeSchema.nullish(),
  suppress: z.boolean().nullish(),
  request_to_speak_timestamp: z.string().nullish(),
});

/** Changing members: nickname, roles, where they are in voice and whether they are heard there. */
export function memberRoutes({ world }: RestServices): Route[] {
  return [
    { method: 'PATCH', path: '/guilds/:guild/members/@me', handle: updateSelf },
    { method: 'PATCH', path: '/guilds/:guild/members/:user', limit: MEMBER_LIMIT, handle: update },
    {
      method: 'PUT',
      path: '/guilds/:guild/members/:user/roles/:role',
      handle: (r) => changeRole(r, (ids, id) => [...ids.filter((other) => other !== id), id]),
    },
    {
      method: 'DELETE',
      path: '/guilds/:guild/members/:user/roles/:role',
      handle: (r) => changeRole(r, (ids, id) => ids.filter((other) => other !== id)),
    },
    { method: 'GET', path: '/guilds/:guild/voice-states/:user', handle: readVoice },
    { method: 'PATCH', path: '/guilds/:guild/voice-states/:user', handle: updateVoice },
  ];

  function updateSelf({ bot, params, body }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild'], P.ChangeNickname);
    const { nick } = readForm(ownForm, body);
    const member = memberFor(guild, bot, '@me');
    return memberPayload(
      world,
      nick === undefined ? member : world.updateMember(guild, member, { nick: nick || null }),
    );
  }

  function update({ bot, params, body }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild']);
    const member = memberFor(guild, bot, params['user']);
    const form = readForm(memberForm, body);
    const patch = memberPatch(guild, bot.userId, member, form);
    const target = destination(guild, bot.userId, member, form.channel_id);
    if (Object.keys(patch).length > 0) world.updateMember(guild, member, patch);
    if (target !== undefined) move(guild, member, target);
    return memberPayload(world, member);
  }

  function memberPatch(guild: Guild, botId: string, member: Member, form: MemberForm): Partial<Member> {
    const permissions = guildPermissions(guild, botId);
    const patch: Partial<Member> = {};
    if (form.nick !== undefined) {
      need(permissions, P.ManageNicknames);
      if (rank(guild, botId) <= rank(guild, member.userId)) throw new ApiError('missingPermissions');
      patch.nick = form.nick || null;
    }
    if (form.roles) {
      need(permissions, P.ManageRoles);
      const { roles } = form;
      const given = roles.filter((id) => !member.roleIds.includes(id));
      const taken = member.roleIds.filter((id) => !roles.includes(id));
      for (const id of [...given, ...taken]) mayGive(guild, botId, roleOf(guild, id));
      patch.roleIds = [...new Set(roles)];
    }
    for (const [field, wanted] of [
      ['mute', P.MuteMembers],
      ['deaf', P.DeafenMembers],
    ] as const) {
      const value = form[field];
      if (typeof value !== 'boolean') continue;
      need(permissions, wanted);
      if (!guild.voice.has(member.userId)) throw new ApiError('notInVoice');
      patch[field] = value;
    }
    return patch;
  }

  /** Where to move a member to; null to take them out of voice; undefined to leave them. */
  function destination(
    guild: Guild,
    botId: string,
    member: Member,
    channelId: string | null | undefined,
  ): Channel | null | undefined {
    if (channelId === undefined) return undefined;
    const current = guild.channels.get(guild.voice.get(member.userId)?.channelId ?? '');
    need(current ? channelPermissions(guild, current, botId) : guildPermissions(guild, botId), P.MoveMembers);
    if (channelId === null) {
      if (!current) throw new ApiError('notInVoice');
      return null;
    }
    const channel = guild.channels.get(channelId);
    if (!channel) throw new ApiError('unknownChannel');
    if (!isVoiceChannel(channel)) throw new ApiError('wrongChannelType');
    const mayConnect = (userId: string): boolean =>
      allows(channelPermissions(guild, channel, userId), P.ViewChannel | P.Connect);
    if (!mayConnect(botId) && !mayConnect(member.userId)) throw new ApiError('missingPermissions');
    if (!current) throw new ApiError('notInVoice');
    return channel;
  }

  function move(guild: Guild, member: Member, channel: Channel | null): void {
    const state = guild.voice.get(member.userId);
    if (!state) return;
    if (channel) enterVoice(world, guild, channel, member.userId, state);
    else world.setVoice(guild, member.userId, null);
  }

  function changeRole(
    { bot, params }: RestRequest,
    change: (roleIds: readonly string[], roleId: string) => string[],
  ): undefined {
    const guild = guildFor(world, bot, params['guild'], P.ManageRoles);
    const member = memberFor(guild, bot, params['user']);
    const role = roleOf(guild, params['role'] ?? '');
    mayGive(guild, bot.userId, role);
    const roleIds = change(member.roleIds, role.id);
    if (roleIds.length !== member.roleIds.length) world.updateMember(guild, member, { roleIds });
  }

  function readVoice({ bot, params }: RestRequest): unknown {
    const guild = guildFor(world, bot, params['guild']);
    const state = guild.voice.get(params['user'] === '@me' ? bot.userId : (params['user'] ?? ''));
    if (!state) throw new ApiError('unknownVoiceState');
    return voiceStatePayload(world, guild, state);
  }

  /** Stage channels: who may speak. */
  function updateVoice({ bot, params, body }: RestRequest): undefined {
    const guild = guildFor(world, bot, params['guild']);
    const { suppress } = readForm(voiceForm, body);
    const { userId } = memberFor(guild, bot, params['user']);
    const state = guild.voice.get(userId);
    const channel = guild.channels.get(state?.channelId ?? '');
    if (!state || !channel) throw new ApiError('unknownVoiceState');
    if (channel.type !== 13) throw new ApiError('wrongChannelType');
    const isOwnSilence = userId === bot.userId && suppress === true;
    if (!isOwnSilence) need(channelPermissions(guild, channel, bot.userId), P.MuteMembers);
    world.setVoice(guild, userId, { ...state, suppress: suppress ?? state.suppress });
  }
}

function roleOf(guild: Guild, roleId: string): Role {
  const role = guild.roles.get(roleId);
  if (!role) throw new ApiError('unknownRole');
  return role;
}

function mayGive(guild: Guild, botId: string, role: Role): void {
  if (role.id === guild.id || role.botId) throw new ApiError('invalidRole');
  mustRankAbove(guild, botId, role);
}
