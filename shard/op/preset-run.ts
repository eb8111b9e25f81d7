import type { PresetMode, PresetStep } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { PlanContext } from '../handler.ts';
import type { NetRecord, PresetNet, PresetNetRef, PresetRecord } from '../records.ts';
import type { StateView } from '../state.ts';
import { PUBLIC_SLOT } from './features.ts';

/** A preset being applied, on one draft from the first step to the last. */
export interface PresetRun {
  draft: Draft;
  context: PlanContext;
  preset: PresetRecord;
  mode: PresetMode;
  /** Net of the preset → uid of the live net that it is: those found at first, then also those made. */
  uids: Map<PresetNet, string>;
  results: PresetStep[];
}

/** Finds the live nets that are nets of the preset: by uid, else by name, else, where no uid is given, by slot. */
export function matchNets(state: StateView, nets: readonly PresetNet[]): Map<PresetNet, string> {
  const found = new Map<PresetNet, string>();
  const taken = new Set<string>();
  const match = (find: (net: PresetNet) => NetRecord | undefined) => {
    for (const net of nets.filter((one) => !found.has(one))) {
      const live = find(net);
      if (!live || live.id === PUBLIC_SLOT || taken.has(live.uid)) continue;
      found.set(net, live.uid);
      taken.add(live.uid);
    }
  };
  match(({ uid }) => (uid === undefined ? undefined : state.tables.nets.get(uid)));
  match(({ name }) => state.netByName.get(name.toLowerCase()));
  match(({ uid, id }) => (uid !== undefined || id === undefined ? undefined : state.netBySlot.get(id)));
  return found;
}

/** The live net that a net of the preset is. */
export function liveNet({ draft, uids }: PresetRun, net: PresetNet): NetRecord {
  const live = draft.state.tables.nets.get(uids.get(net) ?? '');
  if (!live) throw new Error(`The net "${net.name}" of a preset was not made.`);
  return live;
}

/** Turns what a preset calls nets into uids of live nets; what names none is remembered until all are known. */
export class PresetRefs {
  readonly #run: PresetRun;
  readonly #byRef = new Map<PresetNetRef, string>();
  readonly #unknown: ErrorDetail[] = [];

  constructor(run: PresetRun) {
    this.#run = run;
    for (const [net, uid] of run.uids) {
      this.#byRef.set(net.name.toLowerCase(), uid);
      if (net.id !== undefined) this.#byRef.set(net.id, uid);
      if (net.uid !== undefined) this.#byRef.set(net.uid, uid);
    }
  }

  /** The uid of the net that is meant, a net of the preset before any other; undefined when there is none. */
  uidOf(ref: PresetNetRef, pointer: string): string | undefined {
    const uid = this.#find(ref);
    if (uid === undefined) this.#unknown.push({ pointer, detail: `There is no net "${String(ref).slice(0, 64)}".` });
    return uid;
  }

  /** The same for a rule, which may also name a net that sleeps. */
  sleepingUidOf(ref: PresetNetRef, pointer: string): string | undefined {
    const { archive, publicNet } = this.#run.draft.state.tables;
    const sleeps =
      typeof ref === 'string' && (archive.has(ref) || [...publicNet.values()].some(({ net }) => net.uid === ref));
    return sleeps && this.#find(ref) === undefined ? ref : this.uidOf(ref, pointer);
  }

  /** @throws ShardError preset.nets-unknown when anything named no net */
  requireKnown(): void {
    if (this.#unknown.length === 0) return;
    const params = { name: this.#run.preset.name, count: this.#unknown.length };
    throw new ShardError('preset.nets-unknown', params, this.#unknown);
  }

  #find(ref: PresetNetRef): string | undefined {
    const { netBySlot, netByName, tables } = this.#run.draft.state;
    if (typeof ref === 'number') return this.#byRef.get(ref) ?? netBySlot.get(ref)?.uid;
    const name = ref.normalize('NFC').trim().toLowerCase();
    return this.#byRef.get(ref) ?? this.#byRef.get(name) ?? tables.nets.get(ref)?.uid ?? netByName.get(name)?.uid;
  }
}
