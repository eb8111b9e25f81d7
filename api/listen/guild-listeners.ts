import type { WebSocket } from 'ws';
import type { Clock } from '../../shard/ports.ts';
import type { Ear, Sound } from '../../shard/radio/ear.ts';
import type { KeyRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
import { KeyWatch } from '../key-watch.ts';
import { HttpError } from '../problem.ts';
import { CLOSE, type Host, ListenSocket } from './listen-socket.ts';
import type { ListenConfig, Speaker } from './messages.ts';
import { SoundPackets } from './sound-packet.ts';

/** Most connections of one key at once. */
export const LISTENERS_PER_KEY = 10;
/** How often either side shows that it is there. A program that does not answer is cut off at the next time. */
export const BEAT_MS = 15_000;
/** Seconds after which a key with too many connections may try again. */
const TRY_AGAIN_SECONDS = 15;

/** The listening programs of one guild. */
export class GuildListeners implements Host {
  readonly guildId: string;
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #keys: KeyWatch;
  readonly #packets = new SoundPackets();
  readonly #sockets = new Set<ListenSocket>();
  readonly #joined = new Map<string, ListenSocket>();
  /** What connections that are over came to. */
  readonly #past = { sent: 0, dropped: 0 };
  #stopFollowing: () => unknown = () => {};
  #cancelBeat = () => {};

  constructor(shard: Shard, clock: Clock) {
    this.guildId = shard.guildId;
    this.#shard = shard;
    this.#clock = clock;
    this.#keys = new KeyWatch(shard, clock, (key) => this.#endKey(key));
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Packets handed to programs, and packets they were too slow for, since the start. */
  get totals(): { sent: number; dropped: number } {
    const totals = { ...this.#past };
    for (const { sounds } of this.#sockets) {
      totals.sent += sounds.sent;
      totals.dropped += sounds.dropped;
    }
    return totals;
  }

  /** What a connected program got. */
  heard(userId: string): { sent: number; dropped: number } | undefined {
    return this.#joined.get(userId)?.sounds;
  }

  start(): void {
    this.#keys.start();
    this.#stopFollowing = this.#shard.onChange('listeners', () => this.#show());
    this.#scheduleBeat();
  }

  /** Ends every connection. */
  stop(): void {
    this.#stopFollowing();
    this.#keys.stop();
    this.#cancelBeat();
    for (const socket of [...this.#sockets]) socket.close(CLOSE.stopping, 'The shard is stopping. Connect again.');
  }

  /** @throws HttpError listen.limit */
  requireRoom(keyId: string): void {
    if (this.#keys.uses(keyId) < LISTENERS_PER_KEY) return;
    const headers = { 'Retry-After': String(TRY_AGAIN_SECONDS) };
    throw new HttpError('listen.limit', { max: LISTENERS_PER_KEY }, { headers });
  }

  /** Takes a connection on. */
  add(web: WebSocket, key: KeyRecord): void {
    const socket = new ListenSocket(web, key, this, this.#clock);
    this.#sockets.add(socket);
    this.#keys.add(key);
    socket.start();
  }

  /** Whoever comes back before the old connection was missed takes its place: there is one of a name. */
  join(socket: ListenSocket, displayName: string): string {
    const userId = this.#shard.secret.listenerId(socket.key.id, displayName);
    const before = this.#joined.get(userId);
    this.#joined.set(userId, socket);
    this.#shard.observe({ type: 'listener', listener: { userId, displayName, ear: socket } });
    before?.close(CLOSE.replaced, 'Another connection joined under this name. Choose another name to have both.');
    return userId;
  }

  packet(sound: Sound): Buffer {
    return this.#packets.of(sound);
  }

  gone(socket: ListenSocket): void {
    const { userId, key, sounds } = socket;
    this.#sockets.delete(socket);
    this.#keys.remove(key.id);
    this.#past.sent += sounds.sent;
    this.#past.dropped += sounds.dropped;
    if (userId === null || this.#joined.get(userId) !== socket) return;
    this.#joined.delete(userId);
    this.#shard.observe({ type: 'listener.left', userId });
  }

  #endKey({ id }: KeyRecord): void {
    for (const socket of [...this.#sockets]) {
      if (socket.key.id === id) socket.close(CLOSE.policy, 'The key has ended. Ask an admin for a new one.');
    }
  }

  #show(): void {
    if (this.#joined.size === 0) return;
    const { read } = this.#shard;
    const speakers = this.#speakers();
    const assigned = read.effective();
    const operationOpen = read.operation().open;
    for (const [userId, socket] of this.#joined) {
      const nets = (assigned.get(userId) ?? []).map(({ netId, netUid }) => {
        return { netId, netUid, name: read.findNet(netUid)?.name ?? '' };
      });
      const config: ListenConfig = { operationOpen, nets };
      socket.show(config, speakers.get(socket) ?? []);
    }
  }

  /** Who is on the air, for each of those who hear it. */
  #speakers(): Map<Ear, Speaker[]> {
    const speakers = new Map<Ear, Speaker[]>();
    for (const { userId, route } of this.#shard.radio.transmissions()) {
      const displayName = this.#shard.read.person(userId)?.displayName ?? userId;
      const speaker = { userId, displayName, netId: route.netId };
      for (const ear of route.ears) speakers.set(ear, [...(speakers.get(ear) ?? []), speaker]);
    }
    return speakers;
  }

  #scheduleBeat(): void {
    this.#cancelBeat = this.#clock.after(BEAT_MS, () => {
      const at = new Date(this.#clock.now()).toISOString();
      for (const socket of [...this.#sockets]) socket.beat(at);
      this.#scheduleBeat();
    });
  }
}
