import {
  type APIApplicationCommand,
  ApplicationCommandType,
  ApplicationIntegrationType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { COMMANDS } from './index.ts';

/** What to register with Discord, as one bulk PUT takes it. */
export function commandPayloads(): RESTPostAPIChatInputApplicationCommandsJSONBody[] {
  return COMMANDS.map((command) => command.data);
}

/** What makes a command what it is; the rest of what Discord echoes is its own (ids, versions, deprecated fields). */
const FIELDS = new Set([
  ...['type', 'name', 'name_localizations', 'description', 'description_localizations', 'options', 'nsfw'],
  ...['default_member_permissions', 'contexts', 'integration_types'],
  ...['required', 'autocomplete', 'choices', 'value', 'channel_types'],
  ...['min_value', 'max_value', 'min_length', 'max_length'],
]);

/** Lists whose order means nothing. */
const SETS = new Set(['contexts', 'integration_types', 'channel_types']);

type Payload = APIApplicationCommand | RESTPostAPIChatInputApplicationCommandsJSONBody;

/**
 * How what is registered differs from what is wanted, one line per difference; empty when nothing is to be done. What
 * Discord fills in by itself does not count, nor does null, false or empty against absent, nor the order of commands.
 * `registered` is what Discord lists with `with_localizations=true`.
 */
export function differences(registered: readonly APIApplicationCommand[], wanted: readonly Payload[]): string[] {
  const old = new Map(registered.map((command) => [identity(command), normalise(command, command)]));
  // Discord keeps contexts and installation types of global commands only, so a guild's cannot differ in them.
  const inGuild = registered.find((command) => command.guild_id !== undefined);
  const fresh = new Map(wanted.map((command) => [identity(command), normalise(command, inGuild ?? command)]));
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return names.flatMap((name) => {
    if (!old.has(name)) return [`${name}: not registered yet`];
    if (!fresh.has(name)) return [`${name}: registered, but not wanted any more`];
    return compare(name, old.get(name), fresh.get(name));
  });
}

const KIND_MARKS: Readonly<Record<number, string>> = { [ApplicationCommandType.ChatInput]: '/' };

/** Type and name: commands of different types may share a name. */
function identity({ type, name }: Payload): string {
  const kind = type ?? ApplicationCommandType.ChatInput;
  return `${KIND_MARKS[kind] ?? `(type ${kind}) `}${name}`;
}

/** The command with Discord's defaults filled in, as far as they are kept where `like` is registered. */
function normalise(command: Payload, like: Payload): unknown {
  const global = !('guild_id' in like && like.guild_id !== undefined);
  return tidy({
    ...command,
    type: command.type ?? ApplicationCommandType.ChatInput,
    contexts: global ? command.contexts : undefined,
    integration_types: global ? (command.integration_types ?? [ApplicationIntegrationType.GuildInstall]) : undefined,
  });
}

/** Leaves out what is null, false, empty or not ours, at every depth. */
function tidy(value: unknown, inLocalizations = false): unknown {
  if (Array.isArray(value)) return value.map((item) => tidy(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [field, raw] of Object.entries(value)) {
    if (!inLocalizations && !FIELDS.has(field)) continue;
    const item = tidy(raw, field.endsWith('_localizations'));
    if (isNothing(item)) continue;
    kept[field] = SETS.has(field) && Array.isArray(item) ? item.toSorted() : item;
  }
  return kept;
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Walks two normalised values; options and choices are compared place by place, because their order is shown. */
function compare(path: string, old: unknown, fresh: unknown): string[] {
  if (isBranch(old) && isBranch(fresh)) {
    const fields = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
    return fields.flatMap((field) => compare(`${path} ${field}`, old[field], fresh[field]));
  }
  const [before, after] = [JSON.stringify(old), JSON.stringify(fresh)];
  return before === after ? [] : [`${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
