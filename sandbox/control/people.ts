import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { VoiceCloseCodes } from 'discord-api-types/voice/v8';
import type { Calls } from '../gateway/calls.ts';
import { HeardLog } from '../people/heard-log.ts';
import { PersonVoice, type Spoken } from '../people/person-voice.ts';
import type { Change } from '../world/changes.ts';
import type { Channel, Guild, VoiceState } from '../world/model.ts';
import { enterVoice } from '../world/voice-access.ts';
import type { World } from '../world/world.ts';

/** Times in a row a person's client tries to come back after its voice connection was lost. */
const RECONNECTS = 5;
/** Milliseconds before it tries again. */
const RECONNECT_AFTER_MS = 250;

export interface PeopleOptions {
  world: World;
  calls: Calls;
  /** The voice server's certificate, PEM. */
  ca: string;
  log: (line: string) => void;
}

interface Client {
  userId: string;
  voice: PersonVoice;
  connected: Promise<void>;
}

/** The clients of the people: they follow their voice states, come back when they are thrown off, talk and listen. */
export class People {
  private readonly options: PeopleOptions;
  private readonly clients = new Map<string, Client>();
  private readonly heardLogs = new Map<string, HeardLog>();
  private readonly speeches = new Map<string, AbortController>();
  private isStopped = false;

  constructor(options: PeopleOptions) {
    this.options = options;
  }

  /** Puts a person into a channel, or changes how they are there, and resolves when their client is connected. */
  async join(
    userId: string,
    guild: Guild,
    channel: Channel,
    self: { selfMute: boolean; selfDeaf: boolean },
  ): Promise<void> {
    const { world } = this.options;
    for (const other of world.guildsOf(userId)) if (other !== guild) world.setVoice(other, userId, null);
    const sessionId = guild.voice.get(userId)?.sessionId ?? randomBytes(16).toString('hex');
    enterVoice(world, guild, channel, userId, { sessionId, ...self });
    await this.clients.get(userId)?.connected;
  }

  /** Takes a person out of voice. */
  leave(userId: string): void {
    for (const guild of this.options.world.guildsOf(userId)) this.options.world.setVoice(guild, userId, null);
  }

  /**
   * Says something, instead of what is being said. Who is thrown off in the middle comes back and goes on; what was said
   * before that is not counted. Rejects when the person is not in voice, or does not come back.
   */
  async speak(userId: string, sound: AsyncIterable<Buffer>): Promise<Spoken> {
    await this.hush(await this.connectedClient(userId));
    const speech = new AbortController();
    this.speeches.set(userId, speech);
    const rest = restOf(sound);
    try {
      for (;;) {
        const { voice } = await this.connectedClient(userId);
        try {
          return await voice.speak(rest, speech.signal);
        } catch (error) {
          if (voice.connected || speech.signal.aborted) throw error;
        }
      }
    } finally {
      if (this.speeches.get(userId) === speech) this.speeches.delete(userId);
    }
  }

  /** What a person's client has received, over all their connections. */
  heard(userId: string): HeardLog {
    const log = this.heardLogs.get(userId) ?? new HeardLog();
    this.heardLogs.set(userId, log);
    return log;
  }

  /** Connects, moves or hangs up the client of somebody whose voice state changed. */
  follow(change: Change): void {
    if (change.type !== 'voice.updated' || this.options.world.bots.has(change.userId)) return;
    const { guild, userId, before, after } = change;
    if (after && before?.channelId === after.channelId) return;
    this.hangUp(userId);
    if (after && !this.isStopped) void this.connect(guild, after, RECONNECTS);
  }

  /** Hangs everybody up. */
  stop(): void {
    this.isStopped = true;
    for (const userId of [...this.clients.keys()]) this.hangUp(userId);
  }

  /** The client of somebody, once it is connected. */
  private async connectedClient(userId: string): Promise<Client> {
    for (;;) {
      const client = this.clients.get(userId);
      if (!client) throw new Error('The person is not in voice.');
      const { connected } = client;
      await connected;
      if (this.clients.get(userId) !== client || client.connected !== connected) continue;
      if (client.voice.connected) return client;
      throw new Error('The person lost the voice connection and did not come back.');
    }
  }

  /** Breaks off what is being said; it ends with silence frames. */
  private async hush({ userId, voice }: Client): Promise<void> {
    this.speeches.get(userId)?.abort();
    while (voice.speaking) await setTimeout(5);
  }

  private hangUp(userId: string): void {
    this.speeches.get(userId)?.abort();
    this.clients.get(userId)?.voice.close();
    this.clients.delete(userId);
  }

  private connect(guild: Guild, state: VoiceState, triesLeft: number): Promise<void> {
    const { calls, ca, log } = this.options;
    const { userId } = state;
    const voice = new PersonVoice({ ticket: calls.ticket(guild, state), ca, heard: this.heard(userId), log });
    const client = { userId, voice, connected: voice.connect() };
    this.clients.set(userId, client);
    let tries = triesLeft;
    client.connected.then(
      () => {
        tries = RECONNECTS;
      },
      (error: Error) => log(`people: ${userId} could not connect: ${error.message}`),
    );
    voice.onClose((code) => this.lost(guild, client, userId, code, tries));
    return client.connected;
  }

  /** A kick ends the stay, anything else is answered by connecting again. */
  private lost(guild: Guild, client: Client, userId: string, code: number, triesLeft: number): void {
    if (this.clients.get(userId) !== client) return;
    this.options.log(`people: ${userId} lost the voice connection (${code})`);
    if (code === VoiceCloseCodes.Disconnected || triesLeft === 0) {
      this.options.world.setVoice(guild, userId, null);
      return;
    }
    client.connected = setTimeout(RECONNECT_AFTER_MS, undefined, { ref: false }).then(() => {
      const state = guild.voice.get(userId);
      const isWanted = this.clients.get(userId) === client && state && !this.isStopped;
      return isWanted ? this.connect(guild, state, triesLeft - 1) : undefined;
    });
    client.connected.catch(() => {});
  }
}

/** The packets nobody took yet, however often somebody stops taking them. */
function restOf(sound: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const packets = sound[Symbol.asyncIterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => packets.next() }) };
}
