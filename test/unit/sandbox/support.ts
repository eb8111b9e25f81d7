import { Client, type ClientOptions, Events, GatewayIntentBits as I } from 'discord.js';
import { WebSocket } from 'ws';
import { Sandbox, type SandboxOptions } from '../../../sandbox/sandbox.ts';
import { until } from '../../support/until.ts';

/** What the control API answered. */
export interface ControlAnswer<T> {
  status: number;
  body: T;
  /** Why the call was refused; undefined when it was not. */
  refusal: string | undefined;
}

export interface StateMember {
  id: string;
  name: string;
  bot: boolean;
  roleIds: string[];
  voice: { channelId: string | null; speaking: boolean; selfMute: boolean; mute: boolean; deaf: boolean };
}

interface Packet {
  op: number;
  t: string | null;
  d: unknown;
}

/** A gateway client that does nothing by itself. */
export class BareSocket {
  readonly closeCode: Promise<number>;
  private readonly ws: WebSocket;
  private readonly packets: Packet[] = [];

  constructor(url: string) {
    this.ws = new WebSocket(url);
    this.ws.on('message', (data) => this.packets.push(JSON.parse(data.toString()) as Packet));
    this.closeCode = new Promise((resolve) => this.ws.once('close', resolve));
  }

  send(op: number, d: unknown): void {
    this.ws.send(JSON.stringify({ op, d }));
  }

  /** The first packet of a kind, as soon as there is one. */
  async read(isWanted: (packet: Packet) => boolean): Promise<Packet> {
    return until(() => this.packets.find(isWanted));
  }

  /** How many packets of a kind have come. */
  seen(isWanted: (packet: Packet) => boolean): number {
    return this.packets.filter(isWanted).length;
  }

  terminate(): void {
    this.ws.terminate();
  }
}

/** The demo guild by name, and calls to the control API. */
export class Desk {
  readonly sandbox: Sandbox;
  private readonly clients: Client[] = [];

  constructor(options: SandboxOptions = {}) {
    this.sandbox = new Sandbox(options);
  }

  async start(): Promise<this> {
    await this.sandbox.start();
    return this;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await client.destroy();
    await this.sandbox.stop();
  }

  /** A client of the main bot, or of the n-th voice worker, that is ready. */
  async login(
    intents: readonly I[] = [I.Guilds, I.GuildMembers, I.GuildVoiceStates, I.GuildMessages],
    bot = 0,
    rest: ClientOptions['rest'] = {},
  ): Promise<Client<true>> {
    const client = new Client({ intents: [...intents], rest: { ...rest, api: this.sandbox.apiUrl } });
    client.on('error', () => {});
    this.clients.push(client);
    const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(this.sandbox.bots[bot]?.token ?? '');
    return ready;
  }

  /** A bare socket to the gateway, after its hello. */
  async socket(): Promise<BareSocket> {
    const socket = new BareSocket(`${this.sandbox.url.replace('http', 'ws')}/?v=10&encoding=json`);
    await socket.read((packet) => packet.op === 10);
    return socket;
  }

  async control<T>(method: string, path: string, body?: unknown): Promise<ControlAnswer<T>> {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.sandbox.url}/sandbox/v1${path}`, { method, ...init });
    const answer: unknown = await response.json();
    const refusal = response.ok ? undefined : (answer as { error: string }).error;
    return { status: response.status, body: answer as T, refusal };
  }

  /** REST as a bot would call it, without discord.js. */
  async rest(method: string, path: string, body?: unknown, bot = 0): Promise<Response> {
    return fetch(`${this.sandbox.apiUrl}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${this.sandbox.bots[bot]?.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  get guild() {
    const guild = this.sandbox.world.guilds.get(this.sandbox.guildId);
    if (!guild) throw new Error('The demo guild is missing.');
    return guild;
  }

  person(name: string): string {
    const user = [...this.sandbox.world.users.values()].find((one) => one.globalName === name);
    if (!user) throw new Error(`There is no ${name}.`);
    return user.id;
  }

  channel(name: string, type = 2): string {
    const channel = [...this.guild.channels.values()].find((one) => one.name === name && one.type === type);
    if (!channel) throw new Error(`There is no channel ${name}.`);
    return channel.id;
  }

  role(name: string): string {
    const role = [...this.guild.roles.values()].find((one) => one.name === name);
    if (!role) throw new Error(`There is no role ${name}.`);
    return role.id;
  }

  async member(id: string): Promise<StateMember> {
    const { body } = await this.control<{ guilds: { id: string; members: StateMember[] }[] }>('GET', '/state');
    const member = body.guilds.find((guild) => guild.id === this.sandbox.guildId)?.members.find((one) => one.id === id);
    if (!member) throw new Error(`${id} is not in the state.`);
    return member;
  }
}
