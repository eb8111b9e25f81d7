import { type PageName, pageFile } from '../web/pages.ts';
import type { ApiContext } from './context.ts';
import { HttpError } from './problem.ts';

/** How long a browser takes a file for the newest one without asking: an update shows after this. */
const KEEP_SECONDS = 3600;

/** Answers a file of a page, or 304 to whoever has it already. `known`: the names that may be asked for here. */
export async function serveFile(ctx: ApiContext, name: string, known: readonly PageName[]): Promise<void> {
  const file = known.find((one) => one === name);
  if (!file) throw new HttpError('route.unknown', { path: ctx.path.slice(0, 200) });
  const { type, bytes, tag } = await pageFile(file);
  ctx.status = 200;
  ctx.set({ ETag: tag, 'Cache-Control': `public, max-age=${KEEP_SECONDS}` });
  if (ctx.fresh) ctx.status = 304;
  else Object.assign(ctx, { body: bytes, type: `${type}; charset=utf-8` });
}

/** Answers a page. `policy`: what it may load and who may frame it; everything else is forbidden to it. */
export async function servePage(
  ctx: ApiContext,
  name: PageName,
  policy: readonly string[],
  change = (html: string) => html,
): Promise<void> {
  const { bytes } = await pageFile(name);
  ctx.set({
    'Content-Security-Policy': ["default-src 'none'", "base-uri 'none'", "form-action 'none'", ...policy].join('; '),
    'Cache-Control': 'no-cache',
  });
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = change(bytes.toString('utf8'));
}
