import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { z } from 'zod';
import type { StoredMessage } from '../../world/changes.ts';
import { isVoiceChannel } from '../../world/model.ts';
import { channelFor } from '../access.ts';
import { ApiError } from '../api-error.ts';
import { composeEdit, composeMessage } from '../compose.ts';
import { readForm } from '../form.ts';
import type { RestRequest, RestServices, Route } from '../route.ts';
import { readMessage } from '../rules/message.ts';

/** Messages of a bot: about 5 in 5 s per channel. */
const MESSAGE_LIMIT = { requests: 5, windowMs: 5000 };

const pageForm = z.object({ limit: z.coerce.number().int().min(1).max(100) });

/** Messages in channels of guilds and in direct ones. */
export function messageRoutes(services: RestServices): Route[] {
  const { world, messages } = services;
  return [
    { method: 'POST', path: '/channels/:channel/messages', limit: MESSAGE_LIMIT, handle: create },
    { method: 'GET', path: '/channels/:channel/messages', handle: list },
    {
      method: 'GET',
      path: '/channels/:channel/messages/:message',
      handle: (r) => find(r, P.ReadMessageHistory).payload,
    },
    { method: 'PATCH', path: '/channels/:channel/messages/:message', limit: MESSAGE_LIMIT, handle: edit },
    { method: 'DELETE', path: '/channels/:channel/messages/:message', handle: remove },
  ];

  /** Whose eyes a channel is for, if the bot may do this there. */
  function place({ bot, params }: RestRequest, wanted: bigint): { guildId: string | null; visibleTo: string | null } {
    const direct = messages.directChannel(params['channel'] ?? '');
    if (direct) {
      if (direct.botId !== bot.userId) throw new ApiError('missingAccess');
      return { guildId: null, visibleTo: direct.personId };
    }
    const { guild, channel } = channelFor(world, bot, params['channel'], wanted);
    if (channel.type === 4) throw new ApiError('wrongChannelType');
    if (isVoiceChannel(channel)) channelFor(world, bot, channel.id, P.Connect);
    return { guildId: guild.id, visibleTo: null };
  }

  function create(request: RestRequest): unknown {
    const { body, files, bot, params } = request;
    const form = readMessage(body, { fileCount: files.size });
    const needed = P.SendMessages | (files.size > 0 ? P.AttachFiles : 0n);
    const { guildId, visibleTo } = place(request, needed);
    const channelId = params['channel'] ?? '';
    if (visibleTo !== null && !world.guildsOf(visibleTo).some((guild) => guild.members.has(bot.userId))) {
      throw new ApiError('cannotSendToUser');
    }
    const composed = composeMessage(services, { ...form, flags: (form.flags ?? 0) & ~EPHEMERAL }, files, {
      channelId,
      guildId,
      authorId: bot.userId,
      visibleTo,
    });
    return messages.add(composed.message, composed.files).payload;
  }

  function list(request: RestRequest): unknown {
    const { limit } = readForm(pageForm, { limit: request.query.get('limit') ?? 50 });
    place(request, P.ReadMessageHistory);
    const { query } = request;
    const after = query.get('after');
    const before = query.get('before');
    const seen = messages
      .in(request.params['channel'] ?? '')
      .filter((message) => !isEphemeral(message))
      .map(({ payload }) => payload)
      .filter(({ id }) => (!after || BigInt(id) > BigInt(after)) && (!before || BigInt(id) < BigInt(before)));
    return (after ? seen.slice(0, limit) : seen.slice(-limit)).toReversed();
  }

  function find(request: RestRequest, wanted: bigint): StoredMessage {
    place(request, wanted);
    const message = messages.find(request.params['message'] ?? '', request.params['channel']);
    if (!message || isEphemeral(message)) throw new ApiError('unknownMessage');
    return message;
  }

  function edit(request: RestRequest): unknown {
    const message = find(request, 0n);
    if (message.payload.author.id !== request.bot.userId) throw new ApiError('notYourMessage');
    const form = readMessage(request.body, { before: message.payload.flags ?? 0, fileCount: request.files.size });
    const { patch, files } = composeEdit(services, message.payload, message.guildId, form, request.files);
    return messages.edit(message, patch, files).payload;
  }

  function remove(request: RestRequest): undefined {
    const message = find(request, 0n);
    const isOwn = message.payload.author.id === request.bot.userId;
    if (!isOwn) place(request, P.ManageMessages);
    messages.delete(message);
  }
}

const EPHEMERAL = 64;
const isEphemeral = (message: StoredMessage): boolean => ((message.payload.flags ?? 0) & EPHEMERAL) !== 0;
