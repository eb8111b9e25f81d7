import { ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import type { Guild } from '../world/model.ts';
import { memberPayload, partialChannelPayload, rolePayload, userOf, userPayload } from '../world/payloads.ts';
import { guildPermissions } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import type { CommandLine, OptionSpec } from './command-line.ts';
import { findChannel, findMember, findRole } from './find-by-name.ts';
import { Refusal } from './refusal.ts';

/** An option as an interaction carries it. */
export interface OptionValue {
  name: string;
  type: number;
  value?: string | number | boolean;
  focused?: boolean;
  options?: OptionValue[];
}

/** The things an interaction's ids stand for. */
export interface Resolved {
  users: Record<string, unknown>;
  members: Record<string, unknown>;
  roles: Record<string, unknown>;
  channels: Record<string, unknown>;
}

/** Nothing resolved yet. */
export function nothingResolved(): Resolved {
  return { users: {}, members: {}, roles: {}, channels: {} };
}

/** Only the kinds something was resolved of, as Discord sends it. */
export function withoutEmpty(resolved: Resolved): Partial<Resolved> {
  return Object.fromEntries(Object.entries(resolved).filter(([, things]) => Object.keys(things).length > 0));
}

/** Who reads the values: the guild they are about, and the person who typed them. */
export interface Reader {
  world: World;
  guild: Guild;
  userId: string;
}

/** Typed and checked options. @throws Refusal 400 in Discord's words where Discord would not send the command */
export function readOptions(line: CommandLine, reader: Reader): { options: OptionValue[]; resolved: Resolved } {
  const resolved = nothingResolved();
  for (const { name, required } of line.declared) {
    if (required && !line.typed.get(name)) throw refuse(name, 'This option is required. Specify a value.');
  }
  const values = [...line.typed].map(([name, text]): OptionValue => {
    const spec = line.declared.find((option) => option.name === name);
    if (!spec || text === '') throw refuse(name, 'Specify a value.');
    return { name, type: spec.type, value: readValue(spec, text, reader, resolved) };
  });
  return { options: nest(line, values), resolved };
}

/** What autocomplete is asked with: whatever is typed so far, nothing checked. */
export function readPartialOptions(line: CommandLine, focused: string): OptionValue[] {
  const texts = new Map(line.typed).set(focused, line.typed.get(focused) ?? '');
  const values = [...texts].map(([name, text]): OptionValue => {
    const type = line.declared.find((option) => option.name === name)?.type ?? O.String;
    return { name, type, value: text, ...(name === focused ? { focused: true } : {}) };
  });
  return nest(line, values);
}

function nest(line: CommandLine, values: OptionValue[]): OptionValue[] {
  return line.path.reduceRight<OptionValue[]>((options, { name, type }) => [{ name, type, options }], values);
}

function refuse(option: string, sentence: string): Refusal {
  return new Refusal(400, `${option}: ${sentence}`);
}

function readValue(spec: OptionSpec, text: string, reader: Reader, resolved: Resolved): string | number | boolean {
  switch (spec.type) {
    case O.String:
      return readString(spec, text);
    case O.Integer:
    case O.Number:
      return readNumber(spec, text);
    case O.Boolean:
      if (!/^(true|false)$/i.test(text)) throw refuse(spec.name, 'Choose true or false.');
      return text.toLowerCase() === 'true';
    case O.User:
      return resolveUser(spec, text, reader, resolved);
    case O.Role:
      return resolveRole(spec, text, reader, resolved);
    case O.Channel:
      return resolveChannel(spec, text, reader, resolved);
    case O.Mentionable:
      if (findRole(reader.guild, text)) return resolveRole(spec, text, reader, resolved);
      return resolveUser(spec, text, reader, resolved);
    default:
      throw refuse(spec.name, 'Attachments cannot be given here.');
  }
}

function readChoice(spec: OptionSpec, text: string): string | number | undefined {
  if (!spec.choices?.length) return undefined;
  const choice = spec.choices.find(({ name, value }) => String(value) === text || name === text);
  if (!choice) throw refuse(spec.name, `Choose one of ${spec.choices.map(({ name }) => name).join(', ')}.`);
  return choice.value;
}

function readString(spec: OptionSpec, text: string): string {
  const choice = readChoice(spec, text);
  if (choice !== undefined) return String(choice);
  const { min_length: min, max_length: max } = spec;
  if (min && text.length < min) throw refuse(spec.name, `Must be ${min} or more in length.`);
  if (text.length > (max ?? 6000)) throw refuse(spec.name, `Must be ${max ?? 6000} or fewer in length.`);
  return text;
}

function readNumber(spec: OptionSpec, text: string): number {
  const choice = readChoice(spec, text);
  if (choice !== undefined) return Number(choice);
  const value = Number(text);
  const isInteger = spec.type === O.Integer;
  if (!Number.isFinite(value) || Math.abs(value) > 2 ** 53 || (isInteger && !Number.isInteger(value))) {
    throw refuse(spec.name, isInteger ? 'Input a valid integer.' : 'Input a valid number.');
  }
  const { min_value: min, max_value: max } = spec;
  if (typeof min === 'number' && value < min) throw refuse(spec.name, `Input a number of at least ${min}.`);
  if (typeof max === 'number' && value > max) throw refuse(spec.name, `Input a number of at most ${max}.`);
  return value;
}

function resolveUser(spec: OptionSpec, text: string, { world, guild }: Reader, resolved: Resolved): string {
  const user = findMember(world, guild, text) ?? world.users.get(text);
  if (!user) throw refuse(spec.name, `Input a valid user: there is nobody called "${text}".`);
  addUser(resolved, { world, guild }, user.id);
  return user.id;
}

function resolveRole(spec: OptionSpec, text: string, { guild }: Reader, resolved: Resolved): string {
  const role = findRole(guild, text);
  if (!role) throw refuse(spec.name, `Input a valid role: there is none called "${text}".`);
  resolved.roles[role.id] = rolePayload(role);
  return role.id;
}

function resolveChannel(spec: OptionSpec, text: string, { guild, userId }: Reader, resolved: Resolved): string {
  const channel = findChannel(guild, text, spec.channel_types ?? []);
  if (!channel) throw refuse(spec.name, `Input a valid channel: there is none called "${text}" that fits here.`);
  resolved.channels[channel.id] = partialChannelPayload(guild, channel, userId);
  return channel.id;
}

/** Adds a person, and what they are in the guild if they are in it. */
export function addUser(resolved: Resolved, { world, guild }: Pick<Reader, 'world' | 'guild'>, userId: string): void {
  resolved.users[userId] = userPayload(userOf(world, userId));
  const member = guild.members.get(userId);
  if (!member) return;
  const { user: _, deaf: __, mute: ___, ...partial } = memberPayload(world, member);
  resolved.members[userId] = { ...partial, permissions: String(guildPermissions(guild, userId)) };
}
