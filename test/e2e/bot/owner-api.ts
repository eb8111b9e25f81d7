import { Listening } from '../../../api/listen/listening.ts';
import { Api } from '../../../api/server.ts';
import { Streams } from '../../../api/streams/streams.ts';
import { resolveName } from '../../../api/webhooks/resolve-name.ts';
import { Webhooks } from '../../../api/webhooks/webhooks.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';
import { SYSTEM_CLOCK, systemIds } from '../../../system.ts';
import { SILENT } from '../../support/given.ts';
import type { Bridge } from './bridge.ts';

/** An answer of the Owner API. */
export interface ApiAnswer<T> {
  status: number;
  body: T;
}

/** The Owner API before the shards of a bridge, on a port of its own. */
export class OwnerApi {
  readonly #api: Api;
  readonly #bridge: Bridge;
  #key = '';

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
    const about = { shards: bridge.shards, version: '0', log: SILENT, clock: SYSTEM_CLOCK, ids: systemIds() };
    this.#api = new Api({
      ...about,
      streams: new Streams(SYSTEM_CLOCK),
      listening: new Listening(SYSTEM_CLOCK),
      webhooks: new Webhooks({ ...about, allowHttp: true, allowPrivate: true, resolve: resolveName }),
      host: '127.0.0.1',
      port: 0,
      name: 'test',
      publicUrl: null,
      readiness: () => [],
      bodyLimitBytes: 65_536,
      limits: { perKey: 10_000, perAddress: 10_000, trustProxy: [] },
    });
  }

  /** Listens, and makes a key with every scope in the demo guild. */
  async start(): Promise<this> {
    await this.#api.start();
    await this.renewKey();
    return this;
  }

  /** Calls with another key from now on. */
  async renewKey(): Promise<void> {
    const system = { kind: 'system' as const, name: 'test' };
    const key = { name: 'planner', kind: 'owner' as const, scopes: SCOPES };
    this.#key = (await this.#bridge.shard.change(system, { type: 'key.create', ...key })).secret;
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.#api.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async stop(): Promise<void> {
    await this.#api.stop();
  }
}
