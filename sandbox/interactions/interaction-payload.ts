import { InteractionType } from 'discord-api-types/v10';
import type { Guild } from '../world/model.ts';
import { memberPayload, partialChannelPayload } from '../world/payloads.ts';
import { channelPermissions } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import type { Interaction, InteractionKind } from './interactions.ts';

const TYPES: Readonly<Record<InteractionKind, InteractionType>> = {
  command: InteractionType.ApplicationCommand,
  autocomplete: InteractionType.ApplicationCommandAutocomplete,
  component: InteractionType.MessageComponent,
  modal: InteractionType.ModalSubmit,
};

/** Bytes of a file a person may attach in a guild without boosts. */
const ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

/** INTERACTION_CREATE as a bot is told of it. `data` depends on the kind. */
export function interactionPayload(world: World, guild: Guild, interaction: Interaction, data: unknown): unknown {
  const { kind, botId, channelId, userId, source } = interaction.start;
  const channel = guild.channels.get(channelId);
  const member = guild.members.get(userId);
  if (!channel || !member) throw new Error(`Interaction ${interaction.id} has lost its channel or its member.`);
  const { user, ...rest } = memberPayload(world, member);
  return {
    id: interaction.id,
    application_id: botId,
    type: TYPES[kind],
    token: interaction.token,
    version: 1,
    data,
    guild_id: guild.id,
    guild: { id: guild.id, locale: 'en-US', features: [] },
    channel_id: channelId,
    channel: partialChannelPayload(guild, channel, userId),
    member: { user, ...rest, permissions: String(channelPermissions(guild, channel, userId)) },
    app_permissions: String(channelPermissions(guild, channel, botId)),
    locale: 'en-US',
    guild_locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: { 0: guild.id },
    context: 0,
    attachment_size_limit: ATTACHMENT_SIZE_LIMIT,
    ...(source ? { message: source.payload } : {}),
  };
}
