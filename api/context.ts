import type { Middleware, ParameterizedContext } from 'koa';
import type { KeyActor } from '../shard/people/actor.ts';
import type { KeyRecord } from '../shard/records.ts';
import type { Shard } from '../shard/shard.ts';
import type { Listening } from './listen/listening.ts';
import type { Streams } from './streams/streams.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** What carries events and sound out. */
export interface Live {
  streams: Streams;
  listening: Listening;
  webhooks: Webhooks;
}

/** Who is calling: the key, and the one shard it opens. */
export interface Caller {
  shard: Shard;
  key: KeyRecord;
  actor: KeyActor;
  live: Live;
}

/** What middleware hands on. */
export interface RequestState {
  requestId: string;
  /** Set once the key was accepted; absent on public paths. */
  caller?: Caller;
  /** The key that was refused because it has ended, and whose it was. */
  refused?: Pick<Caller, 'shard' | 'key'> | undefined;
  /** Whether the same was refused for the same limit in this minute already. */
  isRepeat?: boolean;
  /** The parsed body; `{}` when there was none. */
  body?: unknown;
}

export type ApiContext = ParameterizedContext<RequestState>;
export type ApiMiddleware = Middleware<RequestState>;
