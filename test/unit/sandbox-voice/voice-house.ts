import WebSocket from 'ws';
import type { HeardLog } from '../../../sandbox/people/heard-log.ts';
import type { HeardSpurt } from '../../../sandbox/people/heard-packet.ts';
import { PersonVoice } from '../../../sandbox/people/person-voice.ts';
import { createCertificate } from '../../../sandbox/voice/certificate.ts';
import { VoiceServer, type VoiceServerOptions } from '../../../sandbox/voice/voice-server.ts';
import type { VoiceTicket } from '../../../sandbox/voice/voice-session.ts';
import { until } from '../../support/until.ts';

/** The guild and channel everybody is in unless a test says otherwise. */
export const GUILD = '700000000000000001';
export const CHANNEL = '700000000000000002';

const certificate = createCertificate();

/** A plain websocket to the voice gateway, for what no decent client does. */
export class RawClient {
  readonly received: { readonly op: number; readonly d: Record<string, unknown> }[] = [];
  readonly binary: Buffer[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;

  constructor(endpoint: string) {
    this.socket = new WebSocket(`wss://${endpoint}?v=8`, { ca: certificate.cert });
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.binary.push(data);
      else this.received.push(JSON.parse(data.toString()));
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  async opened(): Promise<this> {
    await until(() => this.ops().includes(8));
    return this;
  }

  ops(): number[] {
    return this.received.map((message) => message.op);
  }

  last(op: number): Record<string, unknown> | undefined {
    return this.received.findLast((message) => message.op === op)?.d;
  }

  json(op: number, d: unknown): this {
    this.socket.send(JSON.stringify({ op, d }));
    return this;
  }

  identify(ticket: VoiceTicket, changes: object = {}): this {
    const { guildId, userId, sessionId, token } = ticket;
    const session = { server_id: guildId, user_id: userId, session_id: sessionId, token };
    return this.json(0, { ...session, max_dave_protocol_version: 1, ...changes });
  }

  select(mode = 'aead_aes256_gcm_rtpsize', protocol = 'udp'): this {
    return this.json(1, { protocol, data: { address: '127.0.0.1', port: 9, mode } });
  }

  /** The code the server closed with. */
  async closed(): Promise<number | undefined> {
    await until(() => this.closeCode !== undefined);
    return this.closeCode;
  }
}

/** A started voice server with people in it, all gone after `close`. */
export class VoiceHouse {
  readonly server: VoiceServer;
  readonly lines: string[] = [];
  private readonly people: PersonVoice[] = [];
  private readonly raw: RawClient[] = [];

  constructor(options: Partial<VoiceServerOptions> = {}) {
    this.server = new VoiceServer({ certificate, log: (line) => this.lines.push(line), ...options });
  }

  async start(): Promise<this> {
    await this.server.start();
    return this;
  }

  ticket(userId: string, channelId = CHANNEL): VoiceTicket {
    return this.server.expect({ userId, guildId: GUILD, channelId, sessionId: `session of ${userId}` });
  }

  /** Somebody joins; resolves when their client is connected. */
  async join(userId: string, heard?: HeardLog, channelId = CHANNEL): Promise<PersonVoice> {
    const options = {
      ticket: this.ticket(userId, channelId),
      ca: certificate.cert,
      log: (line: string) => this.lines.push(line),
    };
    const person = new PersonVoice(heard === undefined ? options : { ...options, heard });
    this.people.push(person);
    await person.connect();
    return person;
  }

  /** Several join one after the other; resolves when all understand each other. */
  async together(...userIds: string[]): Promise<PersonVoice[]> {
    const people: PersonVoice[] = [];
    for (const userId of userIds) people.push(await this.join(userId));
    await until(() => people.every((one) => one.audible && one.privacyCode === people[0]?.privacyCode));
    return people;
  }

  async client(): Promise<RawClient> {
    const client = new RawClient(this.server.endpoint);
    this.raw.push(client);
    return await client.opened();
  }

  async close(): Promise<void> {
    for (const person of this.people) person.close();
    for (const client of this.raw) client.socket.terminate();
    await this.server.stop();
  }
}

/** Long enough for any test; a test that takes longer has failed. */
export const signal = (): AbortSignal => AbortSignal.timeout(15_000);

/** What is counted of a spurt. */
export type Counts = Pick<HeardSpurt, 'packets' | 'lost' | 'outOfOrder' | 'undecryptable'>;

/** The counts of spurts. */
export const counts = (spurts: readonly HeardSpurt[]): Counts[] =>
  spurts.map(({ packets, lost, outOfOrder, undecryptable }) => ({ packets, lost, outOfOrder, undecryptable }));

/** The counts of a spurt of which nothing is missing. */
export const whole = (packets: number): Counts => ({ packets, lost: 0, outOfOrder: 0, undecryptable: 0 });

/** What a person has heard once nothing goes on any more. */
export async function heardBy(person: PersonVoice, since?: Date): Promise<HeardSpurt[]> {
  await until(() => person.heard(since).every((spurt) => !spurt.ongoing));
  return person.heard(since);
}
