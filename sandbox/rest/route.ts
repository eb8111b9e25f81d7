import type { Interactions } from '../interactions/interactions.ts';
import type { Messages, StoredFile } from '../world/messages.ts';
import type { Bot } from '../world/model.ts';
import type { World } from '../world/world.ts';
import type { Limit } from './rate-limits.ts';
import type { RoutePattern } from './route-table.ts';

/** A request that was authenticated and read. */
export interface RestRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  files: Map<number, StoredFile>;
  bot: Bot;
}

/** A request to a route that is opened by a token in its path instead of a bot's. */
export type OpenRequest = Omit<RestRequest, 'bot'>;

/**
 * A route of the REST API. What the handler returns is the JSON that is answered with 200; undefined is answered with
 * 204; a StatusAnswer says otherwise; an ApiError is thrown.
 */
export type Route = RoutePattern & {
  /** Requests per bucket; absent: the limit of every route that has none of its own. */
  limit?: Limit;
  /** A further limit on some of the requests, as on renaming channels. It is not in the headers. */
  sublimit?: { name: string; limit: Limit; counts: (request: RestRequest) => boolean };
} & (
    | { open: true; handle: (request: OpenRequest) => unknown }
    | { open?: false; handle: (request: RestRequest) => unknown }
  );

/** What routes work on. */
export interface RestServices {
  world: World;
  messages: Messages;
  interactions: Interactions;
  /** Where this sandbox is reached: `http://127.0.0.1:PORT`. */
  baseUrl: () => string;
}

/** An answer with a status of its own. */
export class StatusAnswer {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}
