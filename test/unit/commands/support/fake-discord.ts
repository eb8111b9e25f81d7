import {
  ApplicationCommandOptionType,
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  Client,
  ComponentType,
  Guild,
  type Interaction,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  PermissionFlagsBits,
  SnowflakeUtil,
} from 'discord.js';
import { commandPayloads } from '../../../../commands/registration.ts';
import { GUILD } from '../../../support/given-shard.ts';

/** One answer that arrived at Discord. */
export interface Arrived {
  kind: 'reply' | 'defer' | 'suggestions' | 'edit' | 'follow-up';
  body: { flags?: number; components?: unknown[]; choices?: Choice[]; allowed_mentions?: unknown };
  ephemeral: boolean;
  /** All text, one line per component. */
  text: string;
}

export interface Choice {
  name: string;
  value: string;
}

export interface Person {
  id: string;
  name?: string;
  roleIds?: string[];
  administrator?: boolean;
}

/** Something a user, role or channel option points at. */
interface Target {
  id: string;
  name: string;
}

export type Options = Record<string, string | Target>;

/** What Discord refuses: status and code for the n-th answer (from 0), or nothing. */
export type Refuse = (answer: number) => { status: number; code: number } | undefined;

/** Discord's side of interactions: real discord.js objects over a REST that keeps what it is sent. */
export class FakeDiscord {
  readonly arrived: Arrived[] = [];
  refuse: Refuse = () => undefined;
  locale = 'en-GB';
  readonly client: Client;
  #answers = 0;

  constructor() {
    const makeRequest = async (url: string, init: { method?: string; body?: unknown }): Promise<Response> =>
      this.#take(url, init.method ?? 'GET', JSON.parse(String(init.body)));
    // The REST's own types want undici's Response; the global one has what is read of it.
    this.client = new Client({ intents: [], rest: { retries: 0, makeRequest: makeRequest as never } });
  }

  /** Ends the client's timers. */
  async stop(): Promise<void> {
    await this.client.destroy();
  }

  /** Makes discord.js know the guild, with these roles, owned by this person. */
  knowGuild(roleIds: string[], ownerId: string): void {
    const roles = [GUILD, ...roleIds].map((id) => ({ id, name: id, permissions: '0', position: 0, colors: {} }));
    const guild: Guild = Reflect.construct(Guild, [
      this.client,
      { id: GUILD, name: 'Guild', owner_id: ownerId, roles },
    ]);
    this.client.guilds.cache.set(GUILD, guild);
  }

  /** Somebody gives a command, such as `net create`. */
  command(
    words: string,
    person: Person,
    options: Options = {},
    at = Date.parse('2026-11-21T12:00:00.000Z'),
  ): Interaction {
    const data = commandData(words, options);
    return Reflect.construct(ChatInputCommandInteraction, [
      this.client,
      { ...this.#envelope(person, at), type: InteractionType.ApplicationCommand, data },
    ]);
  }

  /** Somebody types into an option. */
  typing(words: string, person: Person, option: string, typed: string): Interaction {
    const data = commandData(words, { [option]: typed }, option);
    return Reflect.construct(AutocompleteInteraction, [
      this.client,
      { ...this.#envelope(person, Date.now()), type: InteractionType.ApplicationCommandAutocomplete, data },
    ]);
  }

  /** Somebody presses a button of a message. */
  click(customId: string, person: Person): Interaction {
    return Reflect.construct(ButtonInteraction, [
      this.client,
      {
        ...this.#envelope(person, Date.now()),
        type: InteractionType.MessageComponent,
        data: { custom_id: customId, component_type: ComponentType.Button },
        message: { id: '7', channel_id: '8' },
      },
    ]);
  }

  #envelope(person: Person, at: number): object {
    const { id, name = `Person ${id}`, roleIds = [], administrator = false } = person;
    const permissions = administrator ? PermissionFlagsBits.Administrator : 0n;
    return {
      id: SnowflakeUtil.generate({ timestamp: at }).toString(),
      application_id: '2',
      token: 'token',
      version: 1,
      guild_id: GUILD,
      locale: this.locale,
      app_permissions: '0',
      entitlements: [],
      authorizing_integration_owners: {},
      member: { user: userData(id, name), roles: roleIds, permissions: String(permissions), nick: null },
    };
  }

  #take(url: string, method: string, body: { type?: number; data?: Arrived['body'] }): Response {
    const refusal = this.refuse(this.#answers++);
    if (refusal) return json(refusal.status, { code: refusal.code, message: 'refused' });
    const isCallback = url.includes('/callback');
    const kind = isCallback ? callbackKind(body.type) : method === 'PATCH' ? 'edit' : 'follow-up';
    this.#keep(kind, isCallback ? (body.data ?? {}) : (body as Arrived['body']));
    return isCallback ? new Response(null, { status: 204 }) : json(200, { id: '9', channel_id: '8' });
  }

  #keep(kind: Arrived['kind'], body: Arrived['body']): void {
    // An edit keeps the visibility of what it edits.
    const flagged = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const ephemeral = kind === 'edit' ? (this.arrived.at(0)?.ephemeral ?? false) : flagged;
    this.arrived.push({ kind, body, ephemeral, text: textsIn(body.components).join('\n') });
  }
}

/** Every text in a message, in order. */
export function textsIn(components: unknown): string[] {
  if (Array.isArray(components)) return components.flatMap(textsIn);
  if (typeof components !== 'object' || components === null) return [];
  const { content, components: inner } = components as { content?: unknown; components?: unknown };
  return [...(typeof content === 'string' ? [content] : []), ...textsIn(inner)];
}

function callbackKind(type: number | undefined): Arrived['kind'] {
  if (type === InteractionResponseType.ChannelMessageWithSource) return 'reply';
  return type === InteractionResponseType.DeferredChannelMessageWithSource ? 'defer' : 'suggestions';
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function userData(id: string, name: string): object {
  return { id, username: name, global_name: name, discriminator: '0', avatar: null };
}

/** The data of a command interaction, with option types as registered. */
function commandData(words: string, options: Options, focused?: string): object {
  const [name = '', verb] = words.split(' ');
  const registered = commandPayloads().find((payload) => payload.name === name)?.options ?? [];
  const sub = registered.find((option) => option.name === verb);
  const specs = (sub && 'options' in sub ? sub.options : registered) ?? [];
  const given = Object.entries(options).map(([option, value]) => ({
    name: option,
    type: specs.find((spec) => spec.name === option)?.type ?? ApplicationCommandOptionType.String,
    value: typeof value === 'string' ? value : value.id,
    ...(option === focused && { focused: true }),
  }));
  const top = verb ? [{ name: verb, type: ApplicationCommandOptionType.Subcommand, options: given }] : given;
  return { id: '3', type: 1, name, options: top, resolved: resolved(options) };
}

function resolved(options: Options): object {
  const targets = Object.values(options).filter((value) => typeof value !== 'string');
  const byId = (make: (target: Target) => object) =>
    Object.fromEntries(targets.map((target) => [target.id, make(target)]));
  return {
    users: byId(({ id, name }) => userData(id, name)),
    members: byId(() => ({ roles: [], permissions: '0', nick: null })),
    roles: byId((target) => ({ ...target, permissions: '0', position: 1, colors: {} })),
    channels: byId((target) => ({ ...target, type: 2, permissions: '0' })),
  };
}
