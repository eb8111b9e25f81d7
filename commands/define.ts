/** Short forms for registration payloads: the last word of a path is the name, its description comes from the texts. */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandChannelOption,
  type APIApplicationCommandRoleOption,
  type APIApplicationCommandStringOption,
  type APIApplicationCommandSubcommandOption,
  type APIApplicationCommandUserOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { en } from './locales/en.ts';
import type { CommandPath } from './locales/texts.ts';

/** What `default_member_permissions` says: hidden from all but administrators until a server's admin decides otherwise. */
export const ADMINISTRATORS = PermissionFlagsBits.Administrator.toString();

/** Everyone sees it; the shard's own roles decide who may. */
export const EVERYONE = null;

/** A slash command for guilds only. */
export function slashCommand(
  path: CommandPath,
  visibleTo: typeof ADMINISTRATORS | typeof EVERYONE,
  options: APIApplicationCommandSubcommandOption[] | APIApplicationCommandBasicOption[] = [],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return {
    type: ApplicationCommandType.ChatInput,
    ...named(path),
    default_member_permissions: visibleTo,
    contexts: [InteractionContextType.Guild],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options,
  };
}

/** A verb of a command. */
export function subcommand(
  path: CommandPath,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, ...named(path), options };
}

/** Free text, required unless said otherwise. */
export function textOption(
  path: CommandPath,
  more: Partial<APIApplicationCommandStringOption> = {},
): APIApplicationCommandStringOption {
  const option = { type: ApplicationCommandOptionType.String, ...named(path), required: true, ...more };
  return option as APIApplicationCommandStringOption;
}

/** A net by uid, slot or name, suggested while typing. Long enough for a uid or any name. */
export function netOption(path: CommandPath): APIApplicationCommandStringOption {
  return textOption(path, { autocomplete: true, max_length: 64 });
}

export function userOption(path: CommandPath): APIApplicationCommandUserOption {
  return { type: ApplicationCommandOptionType.User, ...named(path), required: true };
}

export function roleOption(path: CommandPath, required = true): APIApplicationCommandRoleOption {
  return { type: ApplicationCommandOptionType.Role, ...named(path), required };
}

export function channelOption(
  path: CommandPath,
  types: NonNullable<APIApplicationCommandChannelOption['channel_types']>,
  required = true,
): APIApplicationCommandChannelOption {
  return { type: ApplicationCommandOptionType.Channel, ...named(path), required, channel_types: types };
}

function named(path: CommandPath): { name: string; description: string } {
  return { name: path.slice(path.lastIndexOf(' ') + 1), description: en.describe[path] };
}
