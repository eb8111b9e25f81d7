import { Locale, ApplicationCommandOptionType as O } from 'discord-api-types/v10';
import { z } from 'zod';
import { complain } from '../form.ts';

/** Names of slash commands and options (Discord's documentation, "Application Command Naming"). */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** Characters over names, descriptions and choice values of one command. */
const MAX_CHARACTERS = 8000;

const slashName = z
  .string()
  .min(1)
  .max(32)
  .refine((name) => NAME.test(name) && name === name.toLowerCase(), {
    error: 'Command name is invalid',
    params: { code: 'APPLICATION_COMMAND_INVALID_NAME' },
  });
const description = z.string().min(1).max(100);
const locale = z.enum(Object.values(Locale));
const localized = (text: z.ZodString | typeof slashName) => z.partialRecord(locale, text.nullable()).nullish();

const texts = {
  name: slashName,
  name_localizations: localized(slashName),
  description,
  description_localizations: localized(description),
};

const choice = <V extends z.ZodType>(value: V) =>
  z.object({ name: z.string().min(1).max(100), name_localizations: localized(z.string().min(1).max(100)), value });
const choices = <V extends z.ZodType>(value: V) => z.array(choice(value)).max(25).nullish();

const common = { ...texts, required: z.boolean().optional() };
const string = z.object({
  ...common,
  type: z.literal(O.String),
  choices: choices(z.string().max(100)),
  autocomplete: z.boolean().optional(),
  min_length: z.int().min(0).max(6000).nullish(),
  max_length: z.int().min(1).max(6000).nullish(),
});
const integer = z.object({
  ...common,
  type: z.literal(O.Integer),
  choices: choices(z.int()),
  autocomplete: z.boolean().optional(),
  min_value: z.int().nullish(),
  max_value: z.int().nullish(),
});
const number = z.object({
  ...common,
  type: z.literal(O.Number),
  choices: choices(z.number()),
  autocomplete: z.boolean().optional(),
  min_value: z.number().nullish(),
  max_value: z.number().nullish(),
});
const channel = z.object({ ...common, type: z.literal(O.Channel), channel_types: z.array(z.int()).nullish() });
const plain = <const K extends O>(type: K) => z.object({ ...common, type: z.literal(type) });
const values = [
  string,
  integer,
  number,
  channel,
  plain(O.Boolean),
  plain(O.User),
  plain(O.Role),
  plain(O.Mentionable),
  plain(O.Attachment),
] as const;

const valueOption = z.discriminatedUnion('type', values).superRefine((option, ctx) => {
  if (!('autocomplete' in option) || !option.autocomplete || !option.choices?.length) return;
  const code = 'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_MUTUALLY_EXCLUSIVE';
  complain(ctx, ['choices'], code, 'Choices cannot be used together with autocomplete');
});
const subcommand = z.object({
  ...texts,
  type: z.literal(O.Subcommand),
  options: z.array(valueOption).max(25).superRefine(checkSiblings).nullish(),
});
const group = z.object({
  ...texts,
  type: z.literal(O.SubcommandGroup),
  options: z.array(subcommand).max(25).superRefine(checkSiblings).nullish(),
});

const options = z
  .array(z.discriminatedUnion('type', [valueOption, subcommand, group]))
  .max(25)
  .superRefine(checkSiblings);

interface Sibling {
  name: string;
  type: number;
  required?: boolean | undefined;
}

/** Rules over the options of one level: names differ, required ones first, subcommands stand among themselves. */
function checkSiblings(siblings: readonly Sibling[], ctx: z.RefinementCtx): void {
  const isSub = (option: Sibling): boolean => option.type === O.Subcommand || option.type === O.SubcommandGroup;
  for (const [n, option] of siblings.entries()) {
    const before = siblings.slice(0, n);
    if (before.some((other) => other.name === option.name)) {
      const code = 'APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE';
      complain(ctx, [n, 'name'], code, 'Option name already exists');
    }
    if (option.required && before.some((other) => !isSub(other) && !other.required)) {
      const code = 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID';
      complain(ctx, [n], code, 'Required options must be placed before non-required options');
    }
    if (before.some((other) => isSub(other) !== isSub(option))) {
      const code = 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID';
      complain(
        ctx,
        [n, 'type'],
        code,
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      );
    }
  }
}

const settings = {
  default_member_permissions: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullish(),
  dm_permission: z.boolean().nullish(),
  nsfw: z.boolean().optional(),
  contexts: z
    .array(z.union([z.literal(0), z.literal(1), z.literal(2)]))
    .min(1)
    .nullish(),
  integration_types: z
    .array(z.union([z.literal(0), z.literal(1)]))
    .min(1)
    .nullish(),
};

const slashCommand = z.object({
  ...texts,
  ...settings,
  type: z.literal(1),
  options: options.nullish(),
});
/** A command in the menu of a user (2) or a message (3): mixed case and spaces are allowed, nothing else is said. */
const menuCommand = z.object({
  ...settings,
  type: z.union([z.literal(2), z.literal(3)]),
  name: z.string().min(1).max(32),
  name_localizations: localized(z.string().min(1).max(32)),
  description: z.literal('').nullish(),
});

/** The body of one command, without its id. */
export const commandSchema = z.preprocess(
  withType,
  z.discriminatedUnion('type', [menuCommand, slashCommand]).superRefine((command, ctx) => {
    const length = longest(command);
    if (length > MAX_CHARACTERS) {
      const what = 'The combined name, description, and value properties of the command';
      const message = `${what} cannot exceed ${MAX_CHARACTERS} characters (given ${length})`;
      complain(ctx, [], 'APPLICATION_COMMAND_TOO_LARGE', message);
    }
  }),
);

/** A command that does not say what it is is a slash command. */
function withType(body: unknown): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { type: 1, ...body } : body;
}

/** The body of a bulk overwrite. */
export const commandsSchema = z.array(commandSchema).superRefine((commands, ctx) => {
  for (const [n, command] of commands.entries()) {
    if (commands.findIndex((other) => other.name === command.name && other.type === command.type) !== n) {
      const code = 'APPLICATION_COMMANDS_DUPLICATE_NAME';
      complain(ctx, [n], code, 'Application command names must be unique');
    }
  }
});

export type CommandForm = z.infer<typeof commandSchema>;

interface Sized {
  name?: string;
  description?: string | null | undefined;
  value?: unknown;
  name_localizations?: Partial<Record<string, string | null>> | null | undefined;
  description_localizations?: Partial<Record<string, string | null>> | null | undefined;
  options?: readonly Sized[] | null | undefined;
  choices?: readonly Sized[] | null | undefined;
}

/** Characters of a command; where there are localisations, the longest counts. */
function longest(part: Sized): number {
  const longestOf = (text: string | null | undefined, translations: Sized['name_localizations']): number =>
    Math.max(text?.length ?? 0, ...Object.values(translations ?? {}).map((one) => one?.length ?? 0));
  const own =
    longestOf(part.name, part.name_localizations) +
    longestOf(part.description, part.description_localizations) +
    (typeof part.value === 'string' ? part.value.length : 0);
  return [...(part.options ?? []), ...(part.choices ?? [])].reduce((sum, inner) => sum + longest(inner), own);
}
