import type { z } from 'zod';
import { type ErrorDetail, ShardError } from '../shard/errors.ts';
import { refField } from '../shard/nets/net-ref.ts';
import type { Reads } from '../shard/reads.ts';
import { NetRefFields } from './schemas.ts';

/** Whether what a route takes names one net, by `netUid` or `netId`. */
export function namesNet(body: z.ZodObject | undefined): boolean {
  return body !== undefined && 'netUid' in body.shape && 'netId' in body.shape;
}

/** The net that such a body names when nobody knows it. `at`: where the body is in the whole, as a JSON pointer. */
export function unknownNet(read: Reads, body: unknown, at = ''): ErrorDetail[] {
  const ref = NetRefFields.safeParse(body).data;
  if (!ref || (ref.netUid === undefined && ref.netId === undefined)) return [];
  try {
    read.net({ netUid: ref.netUid, netId: ref.netId });
    return [];
  } catch (error) {
    if (error instanceof ShardError) return [detailOf(error, ref, at)];
    throw error;
  }
}

/** The same error, with where the body names the net that it is about. */
export function pointAtNet(error: unknown, body: unknown): unknown {
  const isAboutNet = error instanceof ShardError && ['net.unknown', 'net.ref-mismatch'].includes(error.code);
  if (!isAboutNet || error.details.length > 0) return error;
  const ref = NetRefFields.safeParse(body).data ?? {};
  return new ShardError(error.code, error.params, [detailOf(error, ref, '')]);
}

function detailOf(error: ShardError, { netUid, netId }: z.output<typeof NetRefFields>, at: string): ErrorDetail {
  return { pointer: `${at}/${refField({ netUid, netId }, error)}`, detail: error.message };
}
