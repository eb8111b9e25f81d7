import { MessageFlags } from 'discord-api-types/v10';
import type { Interaction } from '../../interactions/interactions.ts';
import type { StoredMessage } from '../../world/changes.ts';
import { ApiError } from '../api-error.ts';
import { composeEdit, composeMessage } from '../compose.ts';
import type { OpenRequest, RestServices, Route } from '../route.ts';
import { readMessage } from '../rules/message.ts';
import { sending } from './interactions.ts';

/** Edits and follow-ups per interaction token. */
const WEBHOOK_LIMIT = { requests: 5, windowMs: 2000 };

/** What a bot does with an interaction's token after the first answer: edit, follow up, delete. */
export function webhookRoutes(services: RestServices): Route[] {
  const { interactions, messages } = services;
  const message = '/webhooks/:webhook/:token/messages/:message';
  return [
    { method: 'POST', path: '/webhooks/:webhook/:token', open: true, limit: WEBHOOK_LIMIT, handle: followUp },
    { method: 'GET', path: message, open: true, handle: (request) => find(request).message.payload },
    {
      method: 'PATCH',
      path: message,
      open: true,
      limit: WEBHOOK_LIMIT,
      handle: (request) => edit(request, find(request)),
    },
    { method: 'DELETE', path: message, open: true, handle: remove },
  ];

  function answered({ params }: OpenRequest): Interaction {
    const interaction = interactions.answered(params['webhook'] ?? '', params['token'] ?? '');
    if (interaction === 'expired') throw new ApiError('invalidWebhookToken');
    if (typeof interaction === 'string') throw new ApiError('unknownWebhook');
    return interaction;
  }

  function find(request: OpenRequest): { interaction: Interaction; message: StoredMessage } {
    const interaction = answered(request);
    const id = request.params['message'] ?? '';
    const all = [...(interaction.original ? [interaction.original] : []), ...interaction.followups];
    const message = id === '@original' ? interaction.original : all.find(({ payload }) => payload.id === id);
    if (!message) throw new ApiError('unknownMessage');
    return { interaction, message };
  }

  /** The first follow-up to a deferred answer is that answer, as with Discord. */
  function followUp(request: OpenRequest): unknown {
    const interaction = answered(request);
    const { original } = interaction;
    if (original && (original.payload.flags ?? 0) & MessageFlags.Loading) {
      return edit(request, { interaction, message: original });
    }
    const form = readMessage(request.body, { fileCount: request.files.size });
    const composed = composeMessage(services, form, request.files, sending(services, interaction, form.flags ?? 0));
    const message = messages.add(composed.message, composed.files);
    interaction.followups.push(message);
    interaction.touch();
    return message.payload;
  }

  function edit(request: OpenRequest, { interaction, message }: ReturnType<typeof find>): unknown {
    const { body, files } = request;
    const form = readMessage(body, { before: message.payload.flags ?? 0, fileCount: files.size });
    const composed = composeEdit(services, message.payload, message.guildId, form, files);
    messages.edit(message, composed.patch, composed.files);
    settle(interaction, message);
    return message.payload;
  }

  function remove(request: OpenRequest): undefined {
    const { interaction, message } = find(request);
    messages.delete(message);
    settle(interaction, message);
    if (interaction.original === message) interaction.original = null;
    interaction.followups = interaction.followups.filter((other) => other !== message);
  }

  function settle(interaction: Interaction, message: StoredMessage): void {
    if (interaction.original === message) interaction.isSettled = true;
    interaction.touch();
  }
}
