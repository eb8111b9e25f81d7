import type { NetRef } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import type { NetRecord } from '../records.ts';
import { tellConfig } from './net-commands.ts';
import { resolveNet } from './net-ref.ts';

export const setRelays: Handler<'net.relays'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input) {
    const old = resolveNet(draft.state, input.net);
    const details: ErrorDetail[] = [];
    const relayTargetNetUids = otherNets(draft, old, input.targets, '/targets', details);
    const [first] = details;
    if (first) throw new ShardError('net.relays-invalid', { count: details.length, first: first.detail }, details);
    if (sameList(relayTargetNetUids, liveTargets(draft, old))) return { net: old, changed: false };
    const net = { ...old, relayTargetNetUids, updatedAt: draft.at };
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.relays', net.uid);
    return { net, changed: true };
  },
};

/** Uids of the nets that are named, each once, in the order named; what cannot be one is added to `details`. */
export function otherNets(
  draft: Draft,
  own: NetRecord,
  refs: readonly NetRef[],
  pointer: string,
  details: ErrorDetail[],
): string[] {
  const uids = new Set<string>();
  for (const [index, ref] of refs.entries()) {
    try {
      const { uid } = resolveNet(draft.state, ref);
      if (uid === own.uid) details.push({ pointer: `${pointer}/${index}`, detail: 'This is the net itself.' });
      else uids.add(uid);
    } catch (error) {
      if (!(error instanceof ShardError)) throw error;
      details.push({ pointer: `${pointer}/${index}`, detail: error.message });
    }
  }
  return [...uids];
}

function liveTargets(draft: Draft, net: NetRecord): string[] {
  return net.relayTargetNetUids.filter((uid) => draft.state.tables.nets.has(uid));
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((uid, index) => uid === b[index]);
}
