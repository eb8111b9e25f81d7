import { type APIMessage, MessageFlags, InteractionResponseType as R } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Interaction, InteractionKind, InteractionRefusal } from '../../interactions/interactions.ts';
import { userOf, userPayload } from '../../world/payloads.ts';
import { ApiError, type ApiErrorName } from '../api-error.ts';
import { type BodyFiles, composeEdit, composeMessage } from '../compose.ts';
import { readForm } from '../form.ts';
import type { OpenRequest, RestServices, Route } from '../route.ts';
import { treeErrors } from '../rules/component-tree.ts';
import { CUSTOM_ID, modalComponents } from '../rules/components.ts';
import { readMessage } from '../rules/message.ts';

const modalForm = z.object({
  custom_id: CUSTOM_ID,
  title: z.string().min(1).max(45),
  components: modalComponents,
});
const choicesForm = z.object({
  choices: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        name_localizations: z.record(z.string(), z.string().max(100)).nullish(),
        value: z.union([z.string().max(100), z.number()]),
      }),
    )
    .max(25),
});
const deferForm = z.object({ flags: z.int().optional() }).nullish();

/** First answers that fit each kind of interaction. 6 and 7 need a message that was there before. */
const FITTING: Readonly<Record<InteractionKind, readonly R[]>> = {
  command: [4, 5, 9],
  autocomplete: [8],
  component: [4, 5, 6, 7, 9],
  modal: [4, 5, 6, 7],
};

const REFUSALS: Readonly<Record<InteractionRefusal, ApiErrorName>> = {
  unknown: 'unknownInteraction',
  expired: 'unknownInteraction',
  'already-answered': 'alreadyAcknowledged',
};

/** First answers to interactions. */
export function interactionRoutes(services: RestServices): Route[] {
  const { interactions, messages } = services;
  return [{ method: 'POST', path: '/interactions/:interaction/:token/callback', open: true, handle: callback }];

  function callback(request: OpenRequest): unknown {
    const { params, body, query } = request;
    const interaction = interactions.open(params['interaction'] ?? '', params['token'] ?? '');
    if (typeof interaction === 'string') throw new ApiError(REFUSALS[interaction]);
    const fitting = FITTING[interaction.start.kind].filter(
      (type) => (type !== 6 && type !== 7) || interaction.start.source,
    );
    const shape = z.object({ type: z.literal(fitting), data: z.unknown().optional() });
    const { type, data } = readForm(shape, body);
    const answer = prepare(interaction, type, data, request.files);
    interactions.acknowledge(interaction, type);
    answer();
    interaction.touch();
    if (query.get('with_response') !== 'true') return undefined;
    return callbackResource(interaction, type);
  }

  /** Checks the answer and returns what is done once it is taken, so that a refused answer changes nothing. */
  function prepare(interaction: Interaction, type: R, data: unknown, files: BodyFiles): () => void {
    switch (type) {
      case R.ChannelMessageWithSource:
        return prepareReply(interaction, data, files);
      case R.DeferredChannelMessageWithSource:
        return prepareDefer(interaction, data);
      case R.UpdateMessage:
        return prepareUpdate(interaction, data, files);
      case R.ApplicationCommandAutocompleteResult: {
        const { choices } = readForm(choicesForm, data);
        return () => {
          interaction.choices = choices.map(({ name, value }) => ({ name, value }));
        };
      }
      case R.Modal:
        return prepareModal(interaction, data);
      default:
        return () => {
          interaction.original = interaction.start.source;
        };
    }
  }

  function prepareReply(interaction: Interaction, data: unknown, files: BodyFiles): () => void {
    const form = readMessage(data ?? {}, { fileCount: files.size });
    return () => {
      const composed = composeMessage(services, form, files, sending(services, interaction, form.flags ?? 0));
      interaction.original = messages.add(composed.message, composed.files);
      interaction.isSettled = true;
    };
  }

  function prepareDefer(interaction: Interaction, data: unknown): () => void {
    const flags = (readForm(deferForm, data)?.flags ?? 0) & MessageFlags.Ephemeral;
    return () => {
      const { message } = composeMessage(services, { flags }, new Map(), sending(services, interaction, flags));
      message.payload.flags = flags | MessageFlags.Loading;
      interaction.original = messages.add(message);
    };
  }

  function prepareUpdate(interaction: Interaction, data: unknown, files: BodyFiles): () => void {
    const { source } = interaction.start;
    if (!source) throw new ApiError('unknownMessage');
    const form = readMessage(data ?? {}, { before: source.payload.flags ?? 0, fileCount: files.size });
    return () => {
      const edit = composeEdit(services, source.payload, source.guildId, form, files);
      interaction.original = messages.edit(source, edit.patch, edit.files);
      interaction.isSettled = true;
    };
  }

  function prepareModal(interaction: Interaction, data: unknown): () => void {
    const modal = readForm(modalForm, data);
    const errors = treeErrors(modal.components);
    if (errors.length > 0) throw new ApiError('invalidForm', errors);
    return () => {
      interaction.modal = modal;
      interaction.isSettled = true;
    };
  }
}

/** Where an answer goes: the channel of the interaction, for one pair of eyes when it is ephemeral. */
export function sending(services: RestServices, { id, start }: Interaction, flags: number) {
  const { channelId, guildId, botId, userId } = start;
  const user = userPayload(userOf(services.world, userId));
  const interaction_metadata = { id, type: 2, user, authorizing_integration_owners: { 0: guildId } };
  const more = {
    webhook_id: botId,
    application_id: botId,
    interaction_metadata,
    type: 20,
  } as unknown as Partial<APIMessage>;
  const visibleTo = flags & MessageFlags.Ephemeral ? userId : null;
  return { channelId, guildId, authorId: botId, visibleTo, more };
}

function callbackResource({ id, start, original }: Interaction, type: R): unknown {
  const types = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
  const message = original?.payload;
  return {
    interaction: {
      id,
      type: types[start.kind],
      activity_instance_id: null,
      ...(message ? { response_message_id: message.id } : {}),
      response_message_loading: type === R.DeferredChannelMessageWithSource,
      response_message_ephemeral: ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0,
    },
    resource: { type, ...(message ? { message } : {}) },
  };
}
