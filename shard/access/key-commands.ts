import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { mintKeyId } from '../mint.ts';
import { isCleanName } from '../nets/net-name.ts';
import { type Actor, actorId } from '../people/actor.ts';
import { authorityOf } from '../people/authority.ts';
import { disableWebhooksOfEndedKeys } from '../record/webhook-commands.ts';
import type { KeyKind, KeyRecord } from '../records.ts';
import type { StateView } from '../state.ts';
import { isLive } from './key-life.ts';
import { hashSecret, mintSecret } from './key-secret.ts';
import { scopesBeyond } from './scope-authority.ts';
import { isScope, SCOPES } from './scopes.ts';

const MAX_LIVE_KEYS = 100;
/** How many ended keys are remembered, so that lists can name them. */
const MAX_ENDED_KEYS = 100;
const TEN_YEARS_MS = 10 * 365.25 * 24 * 3600 * 1000;

export const createKey: Handler<'key.create'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const name = input.name.normalize('NFC').trim();
    if (!isCleanName(name, 64)) throw new ShardError('key.name-invalid');
    if (liveKeys(draft.state, context.now).length >= MAX_LIVE_KEYS)
      throw new ShardError('key.limit', { max: MAX_LIVE_KEYS });
    const scopes = input.kind === 'owner' ? cleanScopes(input.scopes) : [];
    requireWithinMaker(draft, input.kind, scopes);
    const secret = mintSecret(input.kind, context.ids);
    const key: KeyRecord = {
      id: mintKeyId(context.ids),
      name,
      kind: input.kind,
      hash: hashSecret(secret),
      scopes,
      createdBy: actorId(draft.actor),
      createdAt: draft.at,
      expiresAt: cleanExpiry(input.expiresAt, context),
      revokedAt: null,
    };
    draft.put('keys', key.id, key);
    forgetOldest(draft, context);
    draft.emit({ type: 'config.changed', data: { action: 'key.create', keyId: key.id } });
    return { key, secret };
  },
};

export const revokeKey: Handler<'key.revoke'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const old = findKey(draft, input.key, context.now);
    if (!mayManageKey(draft.state, draft.actor, old)) throw new ShardError('key.not-yours');
    if (old.revokedAt !== null) return { key: old, changed: false };
    const key = { ...old, revokedAt: draft.at };
    draft.put('keys', key.id, key);
    draft.emit({ type: 'config.changed', data: { action: 'key.revoke', keyId: key.id } });
    disableWebhooksOfEndedKeys(draft, context.now);
    return { key, changed: true };
  },
};

/** Keys that may be used now, by creation. */
export function liveKeys(state: StateView, now: number): KeyRecord[] {
  return [...state.tables.keys.values()]
    .filter((key) => isLive(key, now))
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** Whether this person may see and end the key: an admin every one, a commander those they made. */
export function mayManageKey(state: StateView, actor: Actor, key: KeyRecord): boolean {
  const level = authorityOf(state, actor);
  return level === 'admin' || (level === 'commander' && key.createdBy === actorId(actor));
}

/** By id, or by name among the live ones that are the actor's to end. */
function findKey({ state, actor }: Draft, ref: string, now: number): KeyRecord {
  const word = ref.normalize('NFC').trim();
  const byId = state.tables.keys.get(word);
  if (byId) return byId;
  const named = liveKeys(state, now).filter((other) => other.name.toLowerCase() === word.toLowerCase());
  const own = named.filter((key) => mayManageKey(state, actor, key));
  const [key, ...others] = own.length > 0 ? own : named;
  if (!key) throw new ShardError('key.unknown', { ref: word.slice(0, 64) });
  if (others.length > 0) throw new ShardError('key.ambiguous', { ref: key.name });
  return key;
}

/** A key can do no more than who makes it. */
function requireWithinMaker({ state, actor }: Draft, kind: KeyKind, scopes: readonly string[]): void {
  const level = authorityOf(state, actor);
  if (kind !== 'owner' && level !== 'admin') throw new ShardError('key.kind-beyond-maker', { kind });
  const beyond = scopesBeyond(level, scopes);
  if (beyond.length > 0) throw new ShardError('key.scope-beyond-maker', { scopes: beyond.join(', ') });
}

function cleanScopes(scopes: readonly string[]): string[] {
  if (scopes.length === 0) throw new ShardError('key.scopes-missing', { known: SCOPES.join(', ') });
  for (const scope of scopes) {
    if (!isScope(scope))
      throw new ShardError('key.scope-unknown', { scope: scope.slice(0, 64), known: SCOPES.join(', ') });
  }
  return [...new Set(scopes)];
}

function cleanExpiry(expiresAt: string | undefined, context: PlanContext): string | null {
  if (expiresAt === undefined) return null;
  const at = Date.parse(expiresAt);
  if (!(at > context.now && at < context.now + TEN_YEARS_MS)) throw new ShardError('key.expiry-invalid');
  return new Date(at).toISOString();
}

/** Keeps the number of ended keys bounded. */
function forgetOldest(draft: Draft, context: PlanContext): void {
  const ended = [...draft.state.tables.keys.values()].filter((key) => !isLive(key, context.now));
  ended.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  for (const key of ended.slice(0, Math.max(0, ended.length - MAX_ENDED_KEYS))) draft.remove('keys', key.id);
}
