import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { ShardError } from '../../shard/errors.ts';
import type { Clock } from '../../shard/ports.ts';
import type { KeyRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
import { HttpError } from '../problem.ts';
import { GuildListeners } from './guild-listeners.ts';

/** Most connections of all guilds together: each may hold half a megabyte of sound. */
const MAX_LISTENERS = 500;
/** Longest message of a program. */
const MAX_MESSAGE_BYTES = 4096;
/** RFC 6455: 16 bytes in base64. */
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

/** The listening programs of every guild. */
export class Listening {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #guilds = new Map<Shard, GuildListeners>();
  /** Requests to change the protocol → what came after them. */
  readonly #offers = new WeakMap<IncomingMessage, { socket: Socket; head: Buffer }>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  #stopped = false;

  /** `max`: how many connections there may be, of all guilds together. */
  constructor(clock: Clock, max = MAX_LISTENERS) {
    this.#clock = clock;
    this.#max = max;
  }

  /** A request asks to change the protocol on this connection; `head` is what came after it already. */
  offer(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#offers.set(request, { socket, head });
  }

  /**
   * Turns the connection of an offered request into that of a listening program. The response is not answered with.
   * @throws ShardError shard.stopping
   * @throws HttpError upgrade.required | listen.limit | listen.full
   */
  open(request: IncomingMessage, response: ServerResponse, { shard, key }: { shard: Shard; key: KeyRecord }): void {
    if (this.#stopped) throw new ShardError('shard.stopping');
    const offer = this.#offers.get(request);
    if (!offer || !isHandshake(request)) throw upgradeRequired();
    if (this.#count() >= this.#max) throw new HttpError('listen.full', {}, { headers: { 'Retry-After': '60' } });
    const guild = this.#of(shard);
    guild.requireRoom(key.id);
    response.detachSocket(offer.socket);
    this.#server.handleUpgrade(request, offer.socket, offer.head, (web) => guild.add(web, key));
  }

  /** How many connections of a guild are open, and what they came to since the start, in packets. */
  totals(shard: Shard): { open: number; sent: number; dropped: number } {
    const guild = this.#guilds.get(shard);
    return guild ? { open: guild.open, ...guild.totals } : { open: 0, sent: 0, dropped: 0 };
  }

  /** What a connected program got, in packets. */
  heard(shard: Shard, userId: string): { sent: number; dropped: number } | undefined {
    return this.#guilds.get(shard)?.heard(userId);
  }

  /** Ends every connection and takes no more. */
  stop(): void {
    this.#stopped = true;
    for (const guild of this.#guilds.values()) guild.stop();
  }

  #count(): number {
    let count = 0;
    for (const guild of this.#guilds.values()) count += guild.open;
    return count;
  }

  #of(shard: Shard): GuildListeners {
    const known = this.#guilds.get(shard);
    if (known) return known;
    const made = new GuildListeners(shard, this.#clock);
    this.#guilds.set(shard, made);
    made.start();
    return made;
  }
}

/** Whether the library takes it: it would answer otherwise in words of its own. */
function isHandshake({ headers }: IncomingMessage): boolean {
  const key = headers['sec-websocket-key'];
  return headers['sec-websocket-version'] === '13' && key !== undefined && WEBSOCKET_KEY.test(key);
}

function upgradeRequired(): HttpError {
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' };
  return new HttpError('upgrade.required', {}, { headers });
}
