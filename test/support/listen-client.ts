import { WebSocket } from 'ws';
import { until } from './until.ts';

/** A binary frame as the documentation describes it, taken apart. */
export interface HeardSound {
  netId: number;
  userId: string;
  sequence: number;
  opus: Buffer;
}

/** A message of the shard. */
export interface Said {
  type: string;
  message?: string;
  user?: { id: string; displayName: string };
  data?: Record<string, unknown>;
}

/** A listening program. */
export class ListenClient {
  readonly said: Said[] = [];
  readonly sounds: HeardSound[] = [];
  /** The close code, once the connection is over; 0 when it was refused. */
  closed: number | undefined;
  /** The answer when the connection was refused. */
  refused: { status: number; headers: Record<string, unknown>; body: Record<string, unknown> } | undefined;
  readonly socket: WebSocket;

  constructor(url: string, key: string | null, options: { path?: string; autoPong?: boolean } = {}) {
    const { path = '/ws', autoPong = true } = options;
    const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
    this.socket = new WebSocket(url.replace('http', 'ws') + path, { headers, autoPong });
    this.socket.on('error', () => {});
    this.socket.on('close', (code) => {
      this.closed = code;
    });
    this.socket.on('unexpected-response', (_, response) => {
      response.socket.once('close', () => {
        this.closed = 0;
      });
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        this.refused = { status, headers: answered, body: JSON.parse(text) };
      });
    });
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.sounds.push(takeApart(data));
      else this.said.push(JSON.parse(data.toString('utf8')));
    });
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits for the greeting, joins, and answers the id. */
  async join(guildId: string, displayName: string): Promise<string> {
    await this.heard('hello');
    this.say({ type: 'audio.codec', codec: 'opus' });
    this.say({ type: 'join', guildId, mode: 'voice', serviceListen: true, displayName });
    return (await this.heard('joined')).user?.id as string;
  }

  /** Waits until the shard said so many messages of a type; answers the last of them. */
  heard(type: string, count = 1): Promise<Said> {
    return until(() => {
      const some = this.said.filter((one) => one.type === type);
      return some.length >= count && some[count - 1];
    });
  }

  /** Resolves with the close code. */
  async ended(withinMs?: number): Promise<number> {
    await until(() => this.closed !== undefined, withinMs);
    return this.closed as number;
  }

  /** Takes nothing more from the connection, which stays open. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Leaves, as a network does that fails. */
  cut(): void {
    this.socket.terminate();
  }
}

function takeApart(packet: Buffer): HeardSound {
  if (packet.toString('latin1', 21, 25) !== 'SCOP') throw new Error('no SCOP');
  const digits = packet.subarray(1, 21);
  const end = digits.indexOf(0);
  const userId = digits.toString('latin1', 0, end < 0 ? 20 : end);
  if (end >= 0 && digits.subarray(end).some((byte) => byte !== 0)) throw new Error('no zero bytes after the sender');
  return { netId: packet[0] as number, userId, sequence: packet.readUInt16BE(25), opus: packet.subarray(27) };
}
