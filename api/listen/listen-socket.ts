import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../shard/ports.ts';
import type { Ear, Sound } from '../../shard/radio/ear.ts';
import type { KeyRecord } from '../../shard/records.ts';
import { type ListenConfig, type ProgramMessage, readMessage, type ShardMessage, type Speaker } from './messages.ts';
import { SoundQueue } from './sound-queue.ts';

/** How long a program may take to join. */
export const JOIN_MS = 10_000;
/** Most messages from a program within so many milliseconds. */
export const MAX_MESSAGES = 50;
const MESSAGES_MS = 10_000;
/** A program that has not taken this much of what was written for it is cut off: sound alone never comes to so much. */
const BEHIND_BYTES = 256 * 1024;
/** How long a program may take to answer that the connection ends. */
const END_MS = 500;

/** Why a connection ends: WebSocket close codes. 4000 and above are our own. */
export const CLOSE = { stopping: 1001, policy: 1008, replaced: 4001, disconnected: 4002 } as const;

/** What a connection asks of the guild that it belongs to. */
export interface Host {
  readonly guildId: string;
  /** Makes it a listener under this name; answers its id. */
  join(socket: ListenSocket, displayName: string): string;
  /** The bytes of a sound. */
  packet(sound: Sound): Buffer;
  /** It is over. Called once. */
  gone(socket: ListenSocket): void;
}

/** The connection of one listening program. */
export class ListenSocket implements Ear {
  readonly key: KeyRecord;
  readonly sounds: SoundQueue;
  readonly #web: WebSocket;
  readonly #host: Host;
  readonly #clock: Clock;
  #userId: string | null = null;
  #isOver = false;
  #isAlive = true;
  #messages = { since: 0, count: 0 };
  #config = '';
  /** Who it was told speaks. */
  readonly #speaking = new Map<string, Speaker>();
  #cancelTimer: () => void;

  constructor(web: WebSocket, key: KeyRecord, host: Host, clock: Clock) {
    this.key = key;
    this.#web = web;
    this.#host = host;
    this.#clock = clock;
    this.sounds = new SoundQueue(
      {
        get bufferedAmount() {
          return web.bufferedAmount;
        },
        send: (packet, taken) => web.send(packet, { binary: true }, taken),
      },
      clock,
    );
    this.#cancelTimer = clock.after(JOIN_MS, () =>
      this.close(CLOSE.policy, `Nobody joined within ${JOIN_MS / 1000} s. Send join first.`),
    );
  }

  /** The id it joined with; null before that. */
  get userId(): string | null {
    return this.#userId;
  }

  /** Begins to talk and to listen. */
  start(): void {
    this.#web.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    // The library answers each, whether the answers are read or not.
    this.#web.on('ping', () => this.#mayTalk());
    this.#web.on('pong', () => {
      this.#isAlive = true;
    });
    // A message that is too long or broken: the library closes, and says why.
    this.#web.on('error', () => {});
    this.#web.once('close', () => {
      this.#cancelTimer();
      this.#leave();
    });
    this.#tell({ type: 'hello' });
  }

  hear(sound: Sound): void {
    if (!this.#isOver) this.sounds.push(this.#host.packet(sound));
  }

  end(reason: string): void {
    this.close(CLOSE.disconnected, `The connection was ended: ${reason}`);
  }

  /** Tells why, and ends the connection in order; at once when the program does not take it. */
  close(code: number, message: string): void {
    if (this.#isOver) return;
    this.#tell({ type: 'error', message });
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(END_MS, () => this.#web.terminate());
    this.#leave();
    this.#web.close(code);
  }

  /** Shows that we are there, and looks whether the program is; one that did not answer the last time is cut off. */
  beat(at: string): void {
    if (this.#isOver) return;
    if (!this.#isAlive) {
      this.#cut();
      return;
    }
    this.#isAlive = false;
    this.#web.ping();
    const { sent, dropped } = this.sounds;
    if (this.#userId !== null) this.#tell({ type: 'voice.heartbeat', data: { at, sent, dropped } });
  }

  /** Tells what is new to the program: about the guild, and who speaks. */
  show(config: ListenConfig, speakers: readonly Speaker[]): void {
    const text = JSON.stringify(config);
    if (text !== this.#config) this.#tell({ type: 'config', data: config });
    this.#config = text;
    const now = new Map(speakers.map((speaker) => [`${speaker.netId}/${speaker.userId}`, speaker]));
    for (const [key, data] of this.#speaking) {
      if (now.has(key)) continue;
      this.#speaking.delete(key);
      this.#tell({ type: 'ptt.stop', data });
    }
    for (const [key, data] of now) {
      if (this.#speaking.has(key)) continue;
      this.#speaking.set(key, data);
      this.#tell({ type: 'ptt.start', data });
    }
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#isOver || !this.#mayTalk()) return;
    const message = isBinary ? 'This connection only listens: sound cannot be sent.' : readMessage(String(data));
    if (typeof message === 'string') this.#tell({ type: 'error', message });
    else this.#onRead(message);
  }

  #onRead(message: ProgramMessage): void {
    // Opus is all there is: that the program wants it changes nothing.
    if (message.type === 'ping') this.#tell({ type: 'pong' });
    else if (message.type === 'join') this.#join(message);
  }

  #join({ guildId, displayName }: Extract<ProgramMessage, { type: 'join' }>): void {
    if (guildId !== this.#host.guildId) {
      this.close(CLOSE.policy, 'This key belongs to another guild than the one named. Send the guildId of the key.');
    } else if (this.#userId !== null) {
      this.#tell({ type: 'error', message: 'You have joined already. Open another connection for another name.' });
    } else {
      this.#cancelTimer();
      const id = this.#host.join(this, displayName);
      this.#userId = id;
      this.#tell({ type: 'joined', user: { id, displayName } });
    }
  }

  /** Counts what the program sends; ends the connection of one that sends too much. */
  #mayTalk(): boolean {
    const now = this.#clock.now();
    if (now - this.#messages.since >= MESSAGES_MS) this.#messages = { since: now, count: 0 };
    this.#messages.count += 1;
    if (this.#messages.count <= MAX_MESSAGES) return true;
    this.close(CLOSE.policy, `More than ${MAX_MESSAGES} messages came within ${MESSAGES_MS / 1000} s. Send fewer.`);
    return false;
  }

  #tell(message: ShardMessage): void {
    if (this.#isOver) return;
    if (this.#web.bufferedAmount > BEHIND_BYTES) this.#cut();
    else this.#web.send(JSON.stringify(message));
  }

  #cut(): void {
    this.#leave();
    this.#web.terminate();
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.sounds.clear();
    this.#host.gone(this);
  }
}
