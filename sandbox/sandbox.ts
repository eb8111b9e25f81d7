import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Control } from './control/control.ts';
import { faultRoutes } from './control/fault-routes.ts';
import { guildRoutes } from './control/guild-routes.ts';
import { interactionRoutes } from './control/interaction-routes.ts';
import { isFromHere } from './control/loopback.ts';
import { People } from './control/people.ts';
import { voiceRoutes } from './control/voice-routes.ts';
import { Faults } from './faults/faults.ts';
import { Calls } from './gateway/calls.ts';
import { Gateway } from './gateway/gateway.ts';
import { Actions } from './interactions/actions.ts';
import { Interactions } from './interactions/interactions.ts';
import { Rest, type SeenRequest } from './rest/rest.ts';
import { createCertificate } from './voice/certificate.ts';
import type { Hop } from './voice/voice-media.ts';
import { VoiceServer } from './voice/voice-server.ts';
import type { VoiceSwitches } from './voice/voice-switches.ts';
import { demoWorld } from './world/demo-guild.ts';
import { Messages } from './world/messages.ts';
import { userOf } from './world/payloads.ts';
import { World } from './world/world.ts';
import { WorldFile } from './world/world-file.ts';

/** How long an idle connection is kept: longer than the clients' own pools, so that none sends into a closing one. */
const KEEP_ALIVE_MS = 75_000;

/** How a sandbox is set up. All of it may be left out. */
export interface SandboxOptions {
  /** Where the world is kept, in `sandbox/world.json`. Absent: in memory only. */
  dataDir?: string;
  /** Port on 127.0.0.1; 0, or absent, takes a free one. */
  port?: number;
  log?: (line: string) => void;
  /** What Discord leaves undocumented in voice. */
  switches?: Partial<VoiceSwitches>;
  /** Milliseconds between heartbeats; by default 41,250, as Discord's. */
  heartbeatIntervalMs?: number;
  /** Milliseconds a gateway session waits to be resumed; by default 60,000. */
  sessionTimeoutMs?: number;
  /** The time in milliseconds since 1970; by default the wall clock. */
  now?: () => number;
}

/** A bot of the sandbox, with what it logs in with. */
export interface SandboxBot {
  id: string;
  name: string;
  token: string;
}

interface Running {
  world: World;
  gateway: Gateway;
  voiceServer: VoiceServer;
  people: People;
  faults: Faults;
  rest: Rest;
  control: Control;
  messages: Messages;
}

/** A Discord on this machine: REST, gateway, voice, people, and the control API that moves them. */
export class Sandbox {
  /** The voice server's certificate, PEM: clients must trust it. */
  readonly certificate: string;
  private readonly options: SandboxOptions;
  private readonly key: string;
  private readonly file: WorldFile | null;
  private readonly observers: ((seen: SeenRequest) => void)[] = [];
  private readonly server: Server;
  private running: Running | null = null;

  constructor(options: SandboxOptions = {}) {
    const { cert, key } = createCertificate();
    this.options = options;
    this.certificate = cert;
    this.key = key;
    const path = options.dataDir === undefined ? null : join(options.dataDir, 'sandbox', 'world.json');
    this.file = path === null ? null : new WorldFile(path, (error) => this.log(`world: ${String(error)}`));
    const http = { keepAliveTimeout: KEEP_ALIVE_MS };
    this.server = createServer(http, (request, response) => void this.handle(request, response));
  }

  /** Reads or makes the world, and listens. Rejects when the port is taken or the world file cannot be read. */
  async start(): Promise<void> {
    const { now = Date.now } = this.options;
    const world = new World((await this.file?.read()) ?? demoWorld(), now);
    await this.file?.follow(world);
    this.running = this.build(world);
    const { gateway, voiceServer } = this.running;
    await voiceServer.start();
    this.server.on('upgrade', (request, socket, head) => {
      if (isFromHere(request)) gateway.upgrade(request, socket, head);
      else socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port ?? 0, '127.0.0.1', resolve);
    }).catch(async (error) => {
      await voiceServer.stop();
      throw error;
    });
  }

  /** Ends every connection and writes what is not on disk yet. */
  async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    running.faults.stop();
    running.people.stop();
    running.gateway.stop();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    await running.voiceServer.stop();
    await this.file?.flush();
    this.running = null;
  }

  /** Calls `observer` with every REST request from now on, before it is judged. */
  onRequest(observer: (seen: SeenRequest) => void): void {
    this.observers.push(observer);
  }

  /** Calls `listener` with every voice packet that goes to a member of a call, in the order they leave. */
  onVoicePacket(listener: (hop: Hop) => void): void {
    this.parts.voiceServer.onDelivery = listener;
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What `rest.api` of discord.js is set to. */
  get apiUrl(): string {
    return `${this.url}/api`;
  }

  /** The model. @throws Error before start */
  get world(): World {
    return this.parts.world;
  }

  get guildId(): string {
    return this.world.guildId;
  }

  get otherGuildId(): string {
    return this.world.otherGuildId;
  }

  /** The main bot first, then the voice workers. */
  get bots(): SandboxBot[] {
    return [...this.world.bots.values()].map(({ userId, token }) => ({
      id: userId,
      name: userOf(this.world, userId).username,
      token,
    }));
  }

  private get parts(): Running {
    if (!this.running) throw new Error('The sandbox is not started.');
    return this.running;
  }

  private log(line: string): void {
    this.options.log?.(line);
  }

  private build(world: World): Running {
    const log = (line: string): void => this.log(line);
    const { switches, heartbeatIntervalMs = 41_250, sessionTimeoutMs = 60_000 } = this.options;
    const certificate = { cert: this.certificate, key: this.key };
    const voiceServer = new VoiceServer({ certificate, log, ...(switches ? { switches } : {}) });
    const calls = new Calls({ world, voiceServer, sessionsOf: (botId) => gateway.sessionsOf(botId) });
    const url = (): string => this.url.replace(/^http/, 'ws');
    const gateway: Gateway = new Gateway({ world, calls, heartbeatIntervalMs, sessionTimeoutMs, url, log });
    const people = new People({ world, calls, ca: this.certificate, log });
    calls.start();
    // The order matters: bots hear of a voice state before they are told where to connect.
    world.onChange((change) => gateway.tell(change));
    world.onChange((change) => calls.follow(change));
    world.onChange((change) => people.follow(change));
    const messages = new Messages(world);
    const interactions = new Interactions(world);
    const dispatch = (botId: string, event: string, data: unknown): void => {
      for (const session of gateway.sessionsOf(botId)) session.dispatch(event, data);
    };
    const actions = new Actions({ world, messages, interactions, dispatch });
    const faults = new Faults({ world, gateway, calls, voiceServer });
    const rest = new Rest({
      services: { world, messages, interactions, baseUrl: () => this.url },
      observe: (seen) => {
        for (const observer of this.observers) observer(seen);
      },
      fault: faults.refuse,
      log,
    });
    const control = new Control({
      routes: [
        ...guildRoutes(world, gateway, calls),
        ...voiceRoutes(world, people, log),
        ...interactionRoutes(world, messages, actions),
        ...faultRoutes(world, faults),
      ],
      flush: () => this.flush(),
      log,
    });
    return { world, gateway, voiceServer, people, faults, rest, control, messages };
  }

  private async flush(): Promise<void> {
    await this.file?.flush();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isFromHere(request)) {
      response.writeHead(403, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ error: 'The sandbox answers only to 127.0.0.1 and localhost.' }));
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { rest, control, messages } = this.parts;
    if (url.pathname.startsWith('/api/v10/')) return rest.handle(request, response, url, () => this.flush());
    if (url.pathname.startsWith('/sandbox/v1/')) return control.handle(request, response, url);
    const file = messages.file(/^\/attachments\/\d+\/(\d+)\//.exec(url.pathname)?.[1] ?? '');
    response.writeHead(file ? 200 : 404, { 'content-type': file?.contentType ?? 'application/json' });
    response.end(file?.content ?? JSON.stringify({ message: '404: Not Found', code: 0 }));
  }
}
