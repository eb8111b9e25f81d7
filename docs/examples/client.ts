import createClient from 'openapi-fetch';
import type { paths } from './owner-api.ts';

/** A typed client of one shard. */
export type OwnerApi = ReturnType<typeof ownerApi>;

/** Where the shard is, and the key that opens it. */
export interface Access {
  shardUrl: string;
  ownerKey: string;
}

/** Makes the client: every path, body and answer is typed by the OpenAPI document. */
export function ownerApi({ shardUrl, ownerKey }: Access) {
  return createClient<paths>({ baseUrl: shardUrl, headers: { Authorization: `Bearer ${ownerKey}` } });
}

/**
 * The answer, when it is a good one.
 * @throws Error with the sentence the shard answered instead
 */
export function must<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data !== undefined) return data;
  const sentence = (error as { error?: string } | undefined)?.error ?? response.statusText;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${sentence}`);
}
