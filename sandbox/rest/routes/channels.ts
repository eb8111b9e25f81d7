import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Messages } from '../../world/messages.ts';
import { type Bot, bitsSchema, type Channel, type Guild, isVoiceChannel, snowflakeSchema } from '../../world/model.ts';
import { channelPayload, userOf, userPayload } from '../../world/payloads.ts';
import { allows, guildPermissions, type Permissions } from '../../world/permissions.ts';
import type { World } from '../../world/world.ts';
import { channelFor, guildFor, need } from '../access.ts';
import { ApiError } from '../api-error.ts';
import { readForm } from '../form.ts';
import { type RestRequest, type RestServices, type Route, StatusAnswer } from '../route.ts';

/** Channels a guild may have. */
const MAX_CHANNELS = 500;
/** Overwrites a channel may have. */
const MAX_OVERWRITES = 1000;
/** Changes of a channel's name or topic: two in ten minutes. */
const RENAME_LIMIT = { requests: 2, windowMs: 600_000 };

const bits = z.union([bitsSchema, z.int().min(0).transform(String)]);
const overwriteForm = z.object({
  id: snowflakeSchema,
  type: z.union([z.literal(0), z.literal(1)]),
  allow: bits.nullish().transform((value) => value ?? '0'),
  deny: bits.nullish().transform((value) => value ?? '0'),
});
const settings = {
  topic: z.string().max(1024).nullish(),
  nsfw: z.boolean().nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  bitrate: z.int().min(8000).max(384_000).nullish(),
  user_limit: z.int().min(0).max(10_000).nullish(),
  rtc_region: z.string().nullish(),
  position: z.int().min(0).nullish(),
  parent_id: snowflakeSchema.nullish(),
  permission_overwrites: z.array(overwriteForm).max(MAX_OVERWRITES).nullish(),
};
const createForm = z.object({
  ...settings,
  name: z.string().min(1).max(100),
  type: z.union([z.literal(0), z.literal(2), z.literal(4), z.literal(13)]).nullish(),
});
const updateForm = z.object({ ...settings, name: z.string().min(1).max(100).nullish() });
type ChannelForm = z.infer<typeof updateForm>;

/** Channels, their overwrites and the status line of voice channels. */
export function channelRoutes({ world, messages }: RestServices): Route[] {
  return [
    { method: 'GET', path: '/channels/:channel', handle: (r) => shown(world, messages, r) },
    {
      method: 'PATCH',
      path: '/channels/:channel',
      sublimit: { name: 'rename', limit: RENAME_LIMIT, counts: renames },
      handle: update,
    },
    {
      method: 'DELETE',
      path: '/channels/:channel',
      handle: (r) => {
        const { guild, channel } = channelFor(world, r.bot, r.params['channel'], P.ManageChannels);
        const payload = channelPayload(guild, channel);
        world.deleteChannel(guild, channel);
        return payload;
      },
    },
    { method: 'POST', path: '/guilds/:guild/channels', handle: create },
    { method: 'PUT', path: '/channels/:channel/permissions/:overwrite', handle: putOverwrite },
    { method: 'DELETE', path: '/channels/:channel/permissions/:overwrite', handle: deleteOverwrite },
    {
      method: 'PUT',
      path: '/channels/:channel/voice-status',
      handle: (r) => {
        const { guild, channel, permissions } = channelFor(world, r.bot, r.params['channel']);
        if (!isVoiceChannel(channel)) throw new ApiError('wrongChannelType');
        const isIn = guild.voice.get(r.bot.userId)?.channelId === channel.id;
        need(permissions, isIn ? P.SetVoiceChannelStatus : P.SetVoiceChannelStatus | P.ManageChannels);
        const { status } = readForm(z.object({ status: z.string().max(500).nullish() }), r.body);
        world.updateChannel(guild, channel, { status: status || null });
        return undefined;
      },
    },
    {
      method: 'POST',
      path: '/channels/:channel/typing',
      handle: (r) => {
        if (!messages.directChannel(r.params['channel'] ?? '')) {
          channelFor(world, r.bot, r.params['channel'], P.SendMessages);
        }
        return undefined;
      },
    },
  ];

  function create({ bot, params, body }: RestRequest): StatusAnswer {
    const guild = guildFor(world, bot, params['guild'], P.ManageChannels);
    const form = readForm(createForm, body);
    if (guild.channels.size >= MAX_CHANNELS) throw new ApiError('tooManyChannels');
    const type = form.type ?? 0;
    const patch = channelPatch(guild, bot, form, guildPermissions(guild, bot.userId));
    const channel = world.createChannel(guild, { ...patch, name: channelName(form.name, type), type });
    return new StatusAnswer(201, channelPayload(guild, channel));
  }

  function update({ bot, params, body }: RestRequest): unknown {
    const { guild, channel, permissions } = channelFor(world, bot, params['channel'], P.ManageChannels);
    const form = readForm(updateForm, body);
    const patch = channelPatch(guild, bot, form, permissions);
    if (form.name) patch.name = channelName(form.name, channel.type);
    return channelPayload(guild, world.updateChannel(guild, channel, patch));
  }

  /** Whether a request changes the name or the topic: those are limited more than the rest. */
  function renames({ params, body }: RestRequest): boolean {
    const channel = world.findChannel(params['channel'] ?? '')?.channel;
    const form = updateForm.safeParse(body).data;
    if (!channel || !form) return false;
    const isNewName = form.name ? channelName(form.name, channel.type) !== channel.name : false;
    return isNewName || (form.topic !== undefined && (form.topic || null) !== channel.topic);
  }

  function putOverwrite({ bot, params, body }: RestRequest): undefined {
    const { guild, channel, permissions } = channelFor(world, bot, params['channel'], P.ManageRoles);
    const id = params['overwrite'] ?? '';
    const form = readForm(overwriteForm, { ...(body as object | undefined), id });
    const isKnown = form.type === 0 ? guild.roles.has(id) : guild.members.has(id);
    if (!isKnown) throw new ApiError('unknownOverwrite');
    mayOverwrite(guild, bot, permissions, [form]);
    world.updateChannel(guild, channel, {
      overwrites: [...channel.overwrites.filter((other) => other.id !== id), form],
    });
  }

  function deleteOverwrite({ bot, params }: RestRequest): undefined {
    const { guild, channel } = channelFor(world, bot, params['channel'], P.ManageRoles);
    const left = channel.overwrites.filter((other) => other.id !== params['overwrite']);
    if (left.length === channel.overwrites.length) throw new ApiError('unknownOverwrite');
    world.updateChannel(guild, channel, { overwrites: left });
  }
}

function shown(world: World, messages: Messages, { bot, params }: RestRequest): unknown {
  const direct = messages.directChannel(params['channel'] ?? '');
  if (direct?.botId === bot.userId) {
    const recipients = [userPayload(userOf(world, direct.personId))];
    return { id: direct.id, type: 1, flags: 0, last_message_id: null, recipients };
  }
  const { guild, channel } = channelFor(world, bot, params['channel']);
  return channelPayload(guild, channel);
}

/** Text channels have lower-case names without spaces; Discord makes them so. */
export function channelName(name: string, type: Channel['type']): string {
  return type === 0 ? name.trim().toLowerCase().replace(/\s+/g, '-') : name.trim();
}

function channelPatch(
  guild: Guild,
  bot: Bot,
  form: ChannelForm,
  permissions: Permissions,
): Partial<Omit<Channel, 'id' | 'type'>> {
  const { parent_id, permission_overwrites } = form;
  if (parent_id && guild.channels.get(parent_id)?.type !== 4) {
    const message = 'Category does not exist';
    throw new ApiError('invalidForm', [{ path: ['parent_id'], code: 'CHANNEL_PARENT_INVALID', message }]);
  }
  if (permission_overwrites) {
    need(permissions, P.ManageRoles);
    mayOverwrite(guild, bot, permissions, permission_overwrites);
  }
  return {
    ...(form.topic === undefined ? {} : { topic: form.topic || null }),
    ...(typeof form.nsfw === 'boolean' ? { nsfw: form.nsfw } : {}),
    ...(typeof form.rate_limit_per_user === 'number' ? { rateLimitPerUser: form.rate_limit_per_user } : {}),
    ...(typeof form.bitrate === 'number' ? { bitrate: form.bitrate } : {}),
    ...(typeof form.user_limit === 'number' ? { userLimit: form.user_limit } : {}),
    ...(form.rtc_region === undefined ? {} : { rtcRegion: form.rtc_region }),
    ...(typeof form.position === 'number' ? { position: form.position } : {}),
    ...(parent_id === undefined ? {} : { parentId: parent_id }),
    ...(permission_overwrites ? { overwrites: permission_overwrites } : {}),
  };
}

/** Only what the bot may do itself can be allowed or denied (Discord's documentation, "Edit Channel Permissions"). */
function mayOverwrite(
  guild: Guild,
  bot: Bot,
  permissions: Permissions,
  overwrites: readonly { allow: string; deny: string }[],
): void {
  const own = guildPermissions(guild, bot.userId) | permissions;
  for (const { allow, deny } of overwrites) {
    if (!allows(own, BigInt(allow) | BigInt(deny))) throw new ApiError('missingPermissions');
  }
}
