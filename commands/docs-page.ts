import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { ADMINISTRATORS } from './define.ts';
import { commandPayloads } from './registration.ts';

type Command = RESTPostAPIChatInputApplicationCommandsJSONBody;

const HEAD = `# Commands

Printed from the registration data by \`npm run docs\`; do not edit. A net is named by its uid, its slot or its name in
any case. Options in [brackets] may be left out. Answers and errors are visible to the person alone; that the operation
was opened or closed is said to the whole channel.
`;

/** The page \`docs/commands.md\`: every command with its options, from what is registered. */
export function commandsPage(): string {
  return [HEAD, ...commandPayloads().map(section)].join('\n');
}

function section(command: Command): string {
  const hidden = command.default_member_permissions === ADMINISTRATORS;
  const note = hidden ? '\nDiscord shows it to administrators only, until a server admin decides otherwise.\n' : '';
  return `## /${command.name}\n\n${command.description}.\n${note}\n${verbs(command).join('\n')}`;
}

/** One entry per thing that can be typed: the command itself, or its subcommands. */
function verbs({ name, description, options = [] }: Command): string[] {
  const subcommands = options.filter((option) => option.type === ApplicationCommandOptionType.Subcommand);
  if (subcommands.length === 0) return [entry(`/${name}`, description, options)];
  return subcommands.map((sub) => entry(`/${name} ${sub.name}`, sub.description, sub.options ?? []));
}

function entry(words: string, description: string, options: readonly APIApplicationCommandOption[]): string {
  const names = options.map((option) => (isRequired(option) ? option.name : `[${option.name}]`));
  const lines = options.map((option) => `- \`${option.name}\`: ${option.description}${choices(option)}`);
  return [
    `### \`${[words, ...names].join(' ')}\``,
    '',
    `${description}.`,
    '',
    ...lines,
    ...(lines.length > 0 ? [''] : []),
  ].join('\n');
}

function isRequired(option: APIApplicationCommandOption): boolean {
  return (option as APIApplicationCommandBasicOption).required === true;
}

function choices(option: APIApplicationCommandOption): string {
  if (option.type !== ApplicationCommandOptionType.String || !('choices' in option) || !option.choices) return '';
  return ` (${option.choices.map((choice) => `\`${choice.value}\``).join(', ')})`;
}
