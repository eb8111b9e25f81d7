import type { NetRef } from '../commands.ts';
import { ShardError } from '../errors.ts';
import type { NetRecord } from '../records.ts';
import type { StateView } from '../state.ts';

/** Finds the net that is meant. @throws ShardError net.unknown | net.ref-mismatch | net.ref-missing */
export function resolveNet(state: StateView, ref: NetRef): NetRecord {
  if ('text' in ref) return byText(state, ref.text);
  const { netUid, netId } = ref;
  if (netUid === undefined && netId === undefined) throw new ShardError('net.ref-missing');
  const byUid = netUid === undefined ? undefined : known(state.tables.nets.get(netUid), netUid);
  const bySlot = netId === undefined ? undefined : known(state.netBySlot.get(netId), netId);
  if (byUid && bySlot && byUid !== bySlot) {
    throw new ShardError('net.ref-mismatch', { netUid: byUid.uid, netId: bySlot.id });
  }
  return (byUid ?? bySlot) as NetRecord;
}

/** A slot is meant before a name that looks like one. */
function byText(state: StateView, text: string): NetRecord {
  const word = text.normalize('NFC').trim();
  const slot = /^\d{1,3}$/.test(word) ? state.netBySlot.get(Number(word)) : undefined;
  return known(state.tables.nets.get(word) ?? slot ?? state.netByName.get(word.toLowerCase()), word);
}

function known(net: NetRecord | undefined, ref: string | number): NetRecord {
  if (!net) throw new ShardError('net.unknown', { ref: String(ref).slice(0, 64) });
  return net;
}

/** The field of a body that is to blame when a net it names cannot be found. */
export function refField(ref: NetRef, error: ShardError): 'netUid' | 'netId' {
  if ('text' in ref || ref.netUid === undefined) return 'netId' in ref && ref.netId !== undefined ? 'netId' : 'netUid';
  return ref.netId !== undefined && error.params['ref'] === String(ref.netId) ? 'netId' : 'netUid';
}
