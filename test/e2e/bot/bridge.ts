import tls from 'node:tls';
import { Bot } from '../../../bot/bot.ts';
import { handleInteraction } from '../../../commands/handle.ts';
import { Sandbox, type SandboxOptions } from '../../../sandbox/sandbox.ts';
import type { SystemActor } from '../../../shard/people/actor.ts';
import type { GuildStore, Log } from '../../../shard/ports.ts';
import type { Shard } from '../../../shard/shard.ts';
import { Shards } from '../../../shard/shards.ts';
import { SYSTEM_CLOCK, systemIds } from '../../../system.ts';
import { APPROVING } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import type { Heard } from '../../support/heard.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { until } from '../../support/until.ts';

const SYSTEM: SystemActor = { kind: 'system', name: 'test' };

interface Named {
  id: string;
  name: string;
}

interface SandboxState {
  guilds: {
    id: string;
    roles: Named[];
    channels: (Named & { type: string })[];
    members: (Named & { roleIds: string[] })[];
  }[];
}

/** What a test wants otherwise: by default four bots of the sandbox and guilds with nothing on disk. */
export interface BridgeOptions {
  token?: string | undefined;
  workerTokens?: string[];
  open?: (guildId: string) => Promise<GuildStore>;
}

/** A sandbox, for all tests of a file. */
export async function startSandbox(
  log: (line: string) => void = () => {},
  options: SandboxOptions = {},
): Promise<Sandbox> {
  const sandbox = new Sandbox({ ...options, port: 0, log });
  await sandbox.start();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.certificate]);
  return sandbox;
}

/** The bot and real shards with nothing on disk, connected to a sandbox. Everything is told by names instead of ids. */
export class Bridge {
  readonly bot: Bot;
  readonly shards: Shards;
  /** Everything that was logged, as text. */
  readonly logged: string[] = [];
  readonly sandbox: Sandbox;
  #guild: SandboxState['guilds'][number] | undefined;

  constructor(sandbox: Sandbox, options: BridgeOptions = {}) {
    this.sandbox = sandbox;
    const log = this.#log();
    const clock = SYSTEM_CLOCK;
    this.bot = new Bot({
      token: options.token ?? sandbox.bots[0]?.token ?? '',
      workerTokens: options.workerTokens ?? sandbox.bots.slice(1, 4).map(({ token }) => token),
      apiUrl: sandbox.apiUrl,
      mixing: { bitrate: 64_000, levelling: true },
      log,
      clock,
      onInteraction: (interaction, shard) => handleInteraction(interaction, shard, log),
    });
    this.shards = new Shards({
      open: options.open ?? (async () => new MemoryStore()),
      central: APPROVING,
      search: givenSearch(),
      outside: (guildId) => this.bot.outside(guildId),
      clock,
      ids: systemIds(),
      log,
    });
  }

  async start(): Promise<this> {
    await this.look();
    await this.bot.start(this.shards);
    return this;
  }

  async stop(): Promise<void> {
    for (const { id } of this.#guild?.members ?? [])
      await this.control('POST', `/members/${id}/voice`, { channelId: null }).catch(() => {});
    await this.bot.stop();
    await this.shards.stop();
  }

  get shard(): Shard {
    return this.shards.get(this.sandbox.guildId) ?? missing('the shard of the demo guild');
  }

  /** Opens the operation with one net over these channels; the people named are assigned to it. */
  async net(name: string, channels: string[], people: string[] = []): Promise<void> {
    const channelIds = channels.map((channel) => this.channelId(channel));
    await this.shard.change(SYSTEM, { type: 'net.create', name, channelIds });
    for (const person of people) {
      await this.shard.change(SYSTEM, {
        type: 'assignment.set',
        userId: this.personId(person),
        net: { text: name },
        action: 'assign',
      });
    }
    await this.operation(true);
  }

  async operation(open: boolean): Promise<void> {
    await this.shard.change(SYSTEM, { type: 'operation.set', open });
  }

  async rule(role: string, net: string): Promise<void> {
    await this.shard.change(SYSTEM, { type: 'rule.add', roleId: this.roleId(role), net: { text: net } });
  }

  async assign(userId: string, net: string): Promise<void> {
    await this.shard.change(SYSTEM, { type: 'assignment.set', userId, net: { text: net }, action: 'assign' });
  }

  /** Waits until every channel of a net that has people in it is served. */
  async served(net: string): Promise<void> {
    await until(() => {
      const channels = this.workers(net);
      return (
        [...channels.values()].includes('ok') &&
        [...channels.values()].every((worker) => worker === 'ok' || worker === 'idle')
      );
    });
  }

  /** Channel name → how it is served. */
  workers(net: string): Map<string, string> {
    const view = this.shard.read.nets().find((one) => one.name === net) ?? missing(net);
    return new Map(view.channels.map(({ channelId, name, worker }) => [name ?? channelId, worker]));
  }

  /** Names of the nets a connected person is on. */
  netsOf(name: string): string[] {
    const on = this.shard.read.effective().get(this.personId(name)) ?? [];
    return on.map(({ netUid }) => this.shard.read.net({ netUid }).name);
  }

  async sit(name: string, channel: string | null): Promise<void> {
    const channelId = channel === null ? null : this.channelId(channel);
    await this.control('POST', `/members/${this.personId(name)}/voice`, { channelId });
  }

  /** Moves a member to another channel, or out of voice, as an admin does. */
  async move(userId: string, channel: string | null): Promise<void> {
    const response = await fetch(`${this.sandbox.apiUrl}/v10/guilds/${this.sandbox.guildId}/members/${userId}`, {
      method: 'PATCH',
      headers: { authorization: `Bot ${this.sandbox.bots[0]?.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel_id: channel === null ? null : this.channelId(channel) }),
    });
    if (!response.ok) throw new Error(`move: ${response.status} ${await response.text()}`);
  }

  async speak(name: string, toneHz: number, durationMs: number): Promise<void> {
    await this.control('POST', `/members/${this.personId(name)}/speak`, { toneHz, durationMs, wait: true });
  }

  heard(name: string, since: Date): Promise<Heard[]> {
    return this.control('GET', `/members/${this.personId(name)}/heard?since=${since.toISOString()}`);
  }

  /** Waits until somebody heard a spurt to its end. */
  heardEnd(name: string, since: Date): Promise<Heard[]> {
    return until(async () => {
      const spurts = await this.heard(name, since);
      return spurts.some((spurt) => spurt.silenceFrames >= 5) && spurts;
    });
  }

  /** Speaks again and again until it is heard. */
  async heardAgain(speaker: string, listener: string, withinMs: number): Promise<void> {
    await until(async () => {
      const since = new Date();
      await this.speak(speaker, 440, 200);
      return (await this.heard(listener, since)).some((spurt) => spurt.packets - spurt.silenceFrames >= 8);
    }, withinMs);
  }

  async giveRoles(name: string, roles: string[]): Promise<void> {
    const roleIds = roles.map((role) => this.roleId(role));
    await this.control('PATCH', `/guilds/${this.sandbox.guildId}/members/${this.personId(name)}`, { roleIds });
  }

  /** A call of the control API. @throws Error when it is refused */
  async control<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/sandbox/v1${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  /** Reads the names anew. */
  async look(): Promise<void> {
    const { guilds } = await this.control<SandboxState>('GET', '/state');
    this.#guild = guilds.find(({ id }) => id === this.sandbox.guildId);
  }

  /** Somebody giving a command in #ops. */
  speaker(name: string): { memberId: string; channelId: string } {
    return { memberId: this.personId(name), channelId: this.channelId('ops') };
  }

  /** Gives a slash command. */
  async say(name: string, command: string): Promise<void> {
    await this.control('POST', '/interactions', { ...this.speaker(name), command });
  }

  personId(name: string): string {
    return this.#guild?.members.find((one) => one.name === name)?.id ?? missing(name);
  }

  channelId(name: string): string {
    return this.#guild?.channels.find((one) => one.name === name)?.id ?? missing(name);
  }

  roleId(name: string): string {
    return this.#guild?.roles.find((one) => one.name === name)?.id ?? missing(name);
  }

  #log(): Log {
    const line = (level: string) => (fields: object, message: string) => {
      this.logged.push(
        `${level} ${message} ${JSON.stringify(fields, (_, value) => (value instanceof Error ? value.stack : value))}`,
      );
    };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }
}

function missing(what: string): never {
  throw new Error(`There is no ${what}.`);
}
