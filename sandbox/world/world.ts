import type { Change } from './changes.ts';
import {
  type Bot,
  type Channel,
  type Guild,
  type Member,
  type PrivilegedIntent,
  plainChannel,
  type RegisteredCommand,
  type Role,
  type User,
  type VoiceState,
  type WorldData,
} from './model.ts';
import { Snowflakes } from './snowflakes.ts';

/** What a channel is made from; the rest has Discord's defaults. */
export type NewChannel = Pick<Channel, 'name' | 'type'> & Partial<Omit<Channel, 'id' | 'name' | 'type'>>;
/** What a role is made from. */
export type NewRole = Pick<Role, 'name' | 'permissions'> & Partial<Omit<Role, 'id' | 'name' | 'permissions'>>;

const byId = <T extends { id: string }>(items: readonly T[]): Map<string, T> =>
  new Map(items.map((item) => [item.id, item]));

/**
 * The one model of everything the sandbox knows: who there is, what they may, where they are. Whoever changes it goes
 * through here, and whoever follows it is told by `onChange`, in the order in which they asked to be.
 */
export class World {
  readonly guildId: string;
  readonly otherGuildId: string;
  readonly users: Map<string, User>;
  readonly bots: Map<string, Bot>;
  readonly guilds: Map<string, Guild>;
  readonly ids: Snowflakes;
  readonly now: () => number;
  private commandList: RegisteredCommand[];
  private readonly listeners: ((change: Change) => void)[] = [];

  constructor(data: WorldData, now: () => number) {
    this.guildId = data.guildId;
    this.otherGuildId = data.otherGuildId;
    this.users = byId(data.users);
    this.bots = new Map(data.bots.map((bot) => [bot.userId, bot]));
    this.guilds = new Map(
      data.guilds.map(({ roles, channels, members, ...guild }) => [
        guild.id,
        {
          ...guild,
          roles: byId(roles),
          channels: byId(channels),
          members: new Map(members.map((member) => [member.userId, member])),
          voice: new Map(),
        },
      ]),
    );
    this.commandList = data.commands;
    this.now = now;
    this.ids = new Snowflakes(now);
  }

  /** Calls `listener` after every change from now on. */
  onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  /** Tells the listeners. Messages are kept elsewhere and told through here. */
  tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  /** What outlives the process, as plain data. */
  toData(): WorldData {
    return {
      version: 1,
      guildId: this.guildId,
      otherGuildId: this.otherGuildId,
      users: [...this.users.values()],
      bots: [...this.bots.values()],
      guilds: [...this.guilds.values()].map(({ voice: _, ...guild }) => ({
        ...guild,
        roles: [...guild.roles.values()],
        channels: [...guild.channels.values()],
        members: [...guild.members.values()],
      })),
      commands: this.commandList,
    };
  }

  /** A channel of any guild. */
  findChannel(channelId: string): { guild: Guild; channel: Channel } | undefined {
    for (const guild of this.guilds.values()) {
      const channel = guild.channels.get(channelId);
      if (channel) return { guild, channel };
    }
    return undefined;
  }

  /** Where somebody is in voice, in any guild. A bot may be in several; the first is told. */
  findVoice(userId: string): { guild: Guild; state: VoiceState } | undefined {
    for (const guild of this.guilds.values()) {
      const state = guild.voice.get(userId);
      if (state) return { guild, state };
    }
    return undefined;
  }

  /** The bot a token belongs to. */
  botByToken(token: string): Bot | undefined {
    return [...this.bots.values()].find((bot) => bot.token === token);
  }

  /** The guilds somebody is a member of. */
  guildsOf(userId: string): Guild[] {
    return [...this.guilds.values()].filter((guild) => guild.members.has(userId));
  }

  /** A new person, not yet member of a guild. The username is made from the name and is unique. */
  createPerson(name: string): User {
    const base =
      name
        .toLowerCase()
        .replace(/[^a-z0-9_.]+/g, '.')
        .replace(/^\.+|\.+$/g, '')
        .slice(0, 28) || 'person';
    const taken = new Set([...this.users.values()].map((user) => user.username));
    let username = base;
    for (let n = 2; taken.has(username); n++) username = `${base}${n}`;
    const user: User = { id: this.ids.next(), username, globalName: name, bot: false };
    this.users.set(user.id, user);
    return user;
  }

  addMember(guild: Guild, userId: string, roleIds: readonly string[] = []): Member {
    const joinedAt = new Date(this.now()).toISOString();
    const member: Member = { userId, nick: null, roleIds: [...roleIds], joinedAt, mute: false, deaf: false };
    guild.members.set(userId, member);
    this.tell({ type: 'member.added', guild, member });
    return member;
  }

  updateMember(guild: Guild, member: Member, patch: Partial<Omit<Member, 'userId' | 'joinedAt'>>): Member {
    Object.assign(member, patch);
    this.tell({ type: 'member.updated', guild, member });
    const state = guild.voice.get(member.userId);
    if (state && (patch.mute !== undefined || patch.deaf !== undefined)) this.setVoice(guild, member.userId, state);
    return member;
  }

  /** Takes somebody out of the guild, out of voice first. */
  removeMember(guild: Guild, member: Member): void {
    this.setVoice(guild, member.userId, null);
    guild.members.delete(member.userId);
    this.tell({ type: 'member.removed', guild, member });
  }

  createRole(guild: Guild, role: NewRole): Role {
    const created: Role = {
      id: this.ids.next(),
      position: 1,
      color: 0,
      hoist: false,
      mentionable: false,
      botId: null,
      ...role,
    };
    guild.roles.set(created.id, created);
    this.tell({ type: 'role.created', guild, role: created });
    return created;
  }

  updateRole(guild: Guild, role: Role, patch: Partial<Omit<Role, 'id'>>): Role {
    Object.assign(role, patch);
    this.tell({ type: 'role.updated', guild, role });
    return role;
  }

  /** Deletes the role; members lose it without an event of their own, as with Discord. */
  deleteRole(guild: Guild, role: Role): void {
    guild.roles.delete(role.id);
    for (const member of guild.members.values()) member.roleIds = member.roleIds.filter((id) => id !== role.id);
    for (const channel of guild.channels.values()) {
      channel.overwrites = channel.overwrites.filter((overwrite) => overwrite.id !== role.id);
    }
    this.tell({ type: 'role.deleted', guild, roleId: role.id });
  }

  createChannel(guild: Guild, channel: NewChannel): Channel {
    const created: Channel = {
      id: this.ids.next(),
      position: guild.channels.size,
      ...plainChannel(),
      ...channel,
    };
    guild.channels.set(created.id, created);
    this.tell({ type: 'channel.created', guild, channel: created });
    return created;
  }

  updateChannel(guild: Guild, channel: Channel, patch: Partial<Omit<Channel, 'id'>>): Channel {
    Object.assign(channel, patch);
    this.tell({ type: 'channel.updated', guild, channel });
    return channel;
  }

  /** Deletes the channel; whoever was in it leaves voice, channels under a category move up. */
  deleteChannel(guild: Guild, channel: Channel): void {
    for (const state of [...guild.voice.values()]) {
      if (state.channelId === channel.id) this.setVoice(guild, state.userId, null);
    }
    guild.channels.delete(channel.id);
    for (const child of guild.channels.values()) {
      if (child.parentId === channel.id) this.updateChannel(guild, child, { parentId: null });
    }
    this.tell({ type: 'channel.deleted', guild, channel });
  }

  /** Puts somebody into voice, moves them or changes how they are there; null takes them out. */
  setVoice(guild: Guild, userId: string, state: Omit<VoiceState, 'userId'> | null): void {
    const before = guild.voice.get(userId) ?? null;
    const after = state && { ...state, userId };
    if (!before && !after) return;
    if (after) guild.voice.set(userId, after);
    else guild.voice.delete(userId);
    this.tell({ type: 'voice.updated', guild, userId, before, after });
  }

  /** Grants an application these privileged intents and no others, from its next identify on. */
  setPrivilegedIntents(bot: Bot, privilegedIntents: readonly PrivilegedIntent[]): void {
    bot.privilegedIntents = [...privilegedIntents];
    this.tell({ type: 'bot.updated', bot });
  }

  /** Registered commands of an application: those of a guild, or the global ones for null; all when not said. */
  commands(applicationId?: string, guildId?: string | null): RegisteredCommand[] {
    return this.commandList.filter(
      (command) =>
        (applicationId === undefined || command.application_id === applicationId) &&
        (guildId === undefined || (command.guild_id ?? null) === guildId),
    );
  }

  /** Replaces the commands of one application in one guild, or its global ones. */
  setCommands(applicationId: string, guildId: string | null, commands: readonly RegisteredCommand[]): void {
    const replaced = new Set(this.commands(applicationId, guildId));
    this.commandList = [...this.commandList.filter((command) => !replaced.has(command)), ...commands];
    this.tell({ type: 'commands.updated', applicationId });
  }
}
