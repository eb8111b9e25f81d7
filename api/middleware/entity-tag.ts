import { createHash } from 'node:crypto';
import type { Shard } from '../../shard/shard.ts';
import type { ApiContext, ApiMiddleware } from '../context.ts';

/** An answer as it goes out. */
interface Rendered {
  bytes: Buffer;
  tag: string;
}

/**
 * Gives an answer an `ETag`, and answers 304 without a body to whoever has it already (RFC 9110). `reuses`: while the
 * shard's version stays, its last answer is given again without asking anew.
 */
export function entityTag(reuses: boolean): ApiMiddleware {
  const kept = new WeakMap<Shard, Rendered & { version: number }>();
  return async (ctx, next) => {
    const shard = reuses ? ctx.state.caller?.shard : undefined;
    const version = shard?.version;
    const known = shard && kept.get(shard);
    if (known && known.version === version) return give(ctx, known);
    await next();
    const rendered = render(ctx.body);
    // What changed meanwhile may be in this answer or not.
    if (shard && version !== undefined && shard.version === version) kept.set(shard, { ...rendered, version });
    give(ctx, rendered);
  };
}

function render(body: unknown): Rendered {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, tag: `"${createHash('sha1').update(bytes).digest('base64url')}"` };
}

function give(ctx: ApiContext, { bytes, tag }: Rendered): void {
  ctx.status = 200;
  ctx.type = 'application/json';
  ctx.body = bytes;
  ctx.set('ETag', tag);
  // Kept by the client, who asks each time whether it is still so.
  ctx.set('Cache-Control', 'private, no-cache');
  if (names(ctx.get('If-None-Match'), tag)) ctx.status = 304;
}

/**
 * Whether `If-None-Match` names the tag, compared weakly. Koa's own `fresh` would pass over it where the request says
 * `Cache-Control: no-cache`, which `fetch` adds to every request that has it.
 */
function names(ifNoneMatch: string, tag: string): boolean {
  const named: readonly string[] = ifNoneMatch.match(/"[^"]*"/g) ?? [];
  return ifNoneMatch.trim() === '*' || named.includes(tag);
}
