import { ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import { z } from 'zod';
import type { RegisteredCommand } from '../world/model.ts';
import { Refusal } from './refusal.ts';

/** An option as a command declares it. */
export interface OptionSpec {
  type: number;
  name: string;
  required?: boolean | undefined;
  autocomplete?: boolean | undefined;
  choices?: readonly { name: string; value: string | number }[] | null | undefined;
  options?: readonly OptionSpec[] | null | undefined;
  min_value?: number | null | undefined;
  max_value?: number | null | undefined;
  min_length?: number | null | undefined;
  max_length?: number | null | undefined;
  channel_types?: readonly number[] | null | undefined;
}

/** A typed command taken apart: which one, which subcommand, and what was typed for each option. */
export interface CommandLine {
  command: RegisteredCommand;
  /** Group and subcommand, as far as there are any. */
  path: readonly OptionSpec[];
  /** What the command, or its subcommand, can be given. */
  declared: readonly OptionSpec[];
  /** In the order they were typed. */
  typed: ReadonlyMap<string, string>;
}

const optionSpecs: z.ZodType<OptionSpec[]> = z
  .array(z.custom<OptionSpec>())
  .nullish()
  .transform((list) => list ?? []);

/**
 * Takes `/net create name:Alpha` apart by the registered commands: names first, then `option:value` pairs. A value
 * runs to the next option's name, so it may hold spaces and colons.
 *
 * @throws Refusal 404 for a command or subcommand there is not, 400 for text that belongs to no option
 */
export function parseCommandLine(text: string, commands: readonly RegisteredCommand[]): CommandLine {
  const [, name, rest] = /^\/(\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  if (name === undefined || rest === undefined)
    throw new Refusal(400, `command: "${text}" does not begin with a slash.`);
  const command = commands.find((one) => one.name === name && one.type === 1);
  if (!command) throw new Refusal(404, `There is no command /${name} here.`);
  const path: OptionSpec[] = [];
  let declared = optionSpecs.parse(command['options']);
  let left = rest;
  while (declared.some((option) => option.type === O.Subcommand || option.type === O.SubcommandGroup)) {
    const [, word = '', after = ''] = /^(\S*)\s*([\s\S]*)$/.exec(left) ?? [];
    const next = declared.find((option) => option.name === word);
    if (!next) {
      const known = declared.map((option) => option.name).join(', ');
      throw new Refusal(404, `There is no command /${[name, ...path.map((p) => p.name), word].join(' ')}: ${known}.`);
    }
    path.push(next);
    declared = [...(next.options ?? [])];
    left = after;
  }
  return { command, path, declared, typed: parsePairs(left, declared) };
}

function parsePairs(text: string, declared: readonly OptionSpec[]): Map<string, string> {
  const starts = declared
    .flatMap(({ name }) => {
      // Names hold letters, digits, - _ and apostrophes only, so they stand for themselves in a pattern.
      const match = new RegExp(`(?:^|\\s)${name}:`, 'u').exec(text);
      return match ? [{ name, from: match.index, value: match.index + match[0].length }] : [];
    })
    .sort((a, b) => a.from - b.from);
  const before = text.slice(0, starts[0]?.from ?? text.length).trim();
  if (before) {
    const known = declared.map(({ name }) => name).join(', ') || 'none';
    throw new Refusal(400, `command: "${before}" belongs to no option. Options are: ${known}.`);
  }
  return new Map(starts.map(({ name, value }, n) => [name, text.slice(value, starts[n + 1]?.from).trim()]));
}
