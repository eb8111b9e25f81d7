import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Messages } from '../world/messages.ts';
import type { Channel, Guild, RegisteredCommand } from '../world/model.ts';
import { allows, channelPermissions } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import { type Answer, awaitAnswer, awaitFirstAnswer } from './answer.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { readSelected } from './component-values.ts';
import { interactionPayload } from './interaction-payload.ts';
import type { Choice, Interaction, InteractionStart, Interactions } from './interactions.ts';
import { readFields } from './modal-fields.ts';
import { readOptions, readPartialOptions, withoutEmpty } from './option-values.ts';
import { Refusal } from './refusal.ts';

export interface ActionsOptions {
  world: World;
  messages: Messages;
  interactions: Interactions;
  /** Sends an event to every session of a bot. */
  dispatch: (botId: string, event: string, data: unknown) => void;
}

/** Who does something where. */
export interface Actor {
  memberId: string;
  channelId: string;
}

/** What people do with bots: commands, autocomplete, clicks, modals. Refuses what Discord would not let them do. */
export class Actions {
  private readonly options: ActionsOptions;

  constructor(options: ActionsOptions) {
    this.options = options;
  }

  /** Runs a slash command such as `/net create name:Alpha`. */
  async run(actor: Actor, text: string): Promise<Answer> {
    const { guild, channel } = this.place(actor);
    const line = this.parse(guild, channel, actor, text);
    const { options, resolved } = readOptions(line, { world: this.options.world, guild, userId: actor.memberId });
    const data = { ...commandData(line), options, ...resolvedOf(withoutEmpty(resolved)) };
    return awaitAnswer(this.send(guild, actor, { kind: 'command', botId: line.command.application_id }, data));
  }

  /** Asks for choices while `focused` is typed. */
  async autocomplete(actor: Actor, text: string, focused: string): Promise<readonly Choice[]> {
    const { guild, channel } = this.place(actor);
    const line = this.parse(guild, channel, actor, text);
    const option = line.declared.find(({ name }) => name === focused);
    if (!option?.autocomplete) throw new Refusal(400, `focused: "${focused}" is not an option with autocomplete.`);
    const data = { ...commandData(line), options: readPartialOptions(line, focused) };
    const interaction = this.send(guild, actor, { kind: 'autocomplete', botId: line.command.application_id }, data);
    await awaitFirstAnswer(interaction);
    return interaction.choices;
  }

  /** Presses a button or chooses in a select of a message. */
  async click(memberId: string, messageId: string, customId: string, values: readonly string[]): Promise<Answer> {
    const message = this.options.messages.find(messageId);
    const isSeen = message && (message.visibleTo === null || message.visibleTo === memberId);
    if (!message || !isSeen) throw new Refusal(404, `messageId: ${memberId} sees no message ${messageId}.`);
    const actor = { memberId, channelId: message.payload.channel_id };
    const { guild } = this.place(actor);
    const data = readSelected(this.options.world, guild, message.payload, customId, values);
    const start = { kind: 'component', botId: message.payload.author.id, source: message } as const;
    return awaitAnswer(this.send(guild, actor, start, data));
  }

  /** Submits the modal that stands open before a person. */
  async submit(memberId: string, customId: string, fields: Readonly<Record<string, unknown>>): Promise<Answer> {
    const opener = this.options.interactions.openModal(memberId, customId);
    if (!opener?.modal) throw new Refusal(404, `customId: ${memberId} has no modal "${customId}" open.`);
    const { channelId, botId, source } = opener.start;
    const actor = { memberId, channelId };
    const { guild } = this.place(actor);
    const data = readFields(this.options.world, guild, opener.modal, fields);
    this.options.interactions.closeModal(memberId);
    return awaitAnswer(this.send(guild, actor, { kind: 'modal', botId, source }, data));
  }

  private place({ memberId, channelId }: Actor): { guild: Guild; channel: Channel } {
    const { world } = this.options;
    if (!world.users.has(memberId)) throw new Refusal(404, `memberId: there is nobody with the id ${memberId}.`);
    const found = world.findChannel(channelId);
    if (!found) throw new Refusal(404, `channelId: there is no channel with the id ${channelId}.`);
    if (!found.guild.members.has(memberId)) {
      throw new Refusal(404, `memberId: ${memberId} is not in the guild of channel ${channelId}.`);
    }
    if (found.channel.type === 4) throw new Refusal(400, 'channelId: nobody can write in a category.');
    const permissions = channelPermissions(found.guild, found.channel, memberId);
    if (!allows(permissions, P.ViewChannel)) throw new Refusal(403, `channelId: ${memberId} cannot see ${channelId}.`);
    return found;
  }

  private parse(guild: Guild, channel: Channel, actor: Actor, text: string): CommandLine {
    const line = parseCommandLine(text, this.offered(guild));
    const permissions = channelPermissions(guild, channel, actor.memberId);
    const wanted = line.command['default_member_permissions'];
    const needed = typeof wanted === 'string' ? BigInt(wanted) : 0n;
    const isForAdmins = typeof wanted === 'string' && needed === 0n && !allows(permissions, P.Administrator);
    if (!allows(permissions, needed | P.UseApplicationCommands) || isForAdmins) {
      throw new Refusal(403, `${actor.memberId} may not use /${line.command.name} in channel ${channel.id}.`);
    }
    return line;
  }

  /** The commands of the bots in a guild that may be used in guilds; those of the guild hide global ones. */
  private offered(guild: Guild): RegisteredCommand[] {
    const inGuilds = ({ contexts }: RegisteredCommand): boolean => !Array.isArray(contexts) || contexts.includes(0);
    return this.options.world
      .commands()
      .filter((command) => guild.members.has(command.application_id) && inGuilds(command))
      .filter(({ guild_id }) => guild_id === undefined || guild_id === guild.id)
      .sort((a, b) => Number(b.guild_id !== undefined) - Number(a.guild_id !== undefined));
  }

  private send(
    guild: Guild,
    { memberId, channelId }: Actor,
    start: Pick<InteractionStart, 'kind' | 'botId'> & Partial<InteractionStart>,
    data: unknown,
  ): Interaction {
    const { world, interactions, dispatch } = this.options;
    const interaction = interactions.create({ source: null, ...start, guildId: guild.id, channelId, userId: memberId });
    dispatch(start.botId, 'INTERACTION_CREATE', interactionPayload(world, guild, interaction, data));
    return interaction;
  }
}

function commandData({ command }: CommandLine): object {
  const { id, name, type, guild_id } = command;
  return { id, name, type, ...(guild_id === undefined ? {} : { guild_id }) };
}

function resolvedOf(resolved: object): object {
  return Object.keys(resolved).length > 0 ? { resolved } : {};
}
