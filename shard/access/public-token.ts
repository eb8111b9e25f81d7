import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Handler } from '../handler.ts';
import { ONLY, type StateView } from '../state.ts';

const PREFIX = 'scpt_';

/** How often the guild's public token was replaced. */
export function rotationOf(state: StateView): number {
  return state.tables.publicToken.get(ONLY)?.rotation ?? 0;
}

/**
 * The guild's public token: `scpt_` and 43 characters. It follows from the guild, its secret and how often it was
 * replaced, so it is kept nowhere; whoever has it may read what is public of this guild and nothing else.
 */
export function publicToken(secret: Uint8Array, guildId: string, rotation: number): string {
  const about = `public-token/${guildId}/${rotation}`;
  return PREFIX + createHmac('sha256', secret).update(about).digest('base64url');
}

/** Whether two tokens are the same, in a time that does not tell where they differ. */
export function sameToken(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

export const rotateToken: Handler<'token.rotate'> = {
  needs: 'admin',
  privileged: false,
  plan(draft) {
    const rotation = rotationOf(draft.state) + 1;
    draft.put('publicToken', ONLY, { rotation, rotatedAt: draft.at });
    draft.emit({ type: 'config.changed', data: { action: 'token.rotate' } });
    return { rotation };
  },
};
