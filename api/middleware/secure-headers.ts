import type { ApiMiddleware } from '../context.ts';

/** Set on every answer: nothing here is to be cached, framed, guessed at or run. */
export const SECURE_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Sets the security headers before anything else can answer. */
export function secureHeaders(): ApiMiddleware {
  return (ctx, next) => {
    ctx.set({ ...SECURE_HEADERS });
    return next();
  };
}
