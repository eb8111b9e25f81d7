import type { RestFault, SeenRequest } from '../rest/rest.ts';
import type { Fate, Hop } from '../voice/voice-media.ts';
import { DAVE_FAULTS } from './dave-faults.ts';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';
import { GATEWAY_FAULTS } from './gateway-faults.ts';
import { REST_FAULTS } from './rest-faults.ts';
import { UDP_FAULTS } from './udp-faults.ts';
import { VOICE_FAULTS } from './voice-faults.ts';

/** Every kind of fault there is, by name. */
export const FAULT_KINDS: Readonly<Record<string, FaultKind>> = {
  ...GATEWAY_FAULTS,
  ...REST_FAULTS,
  ...VOICE_FAULTS,
  ...UDP_FAULTS,
  ...DAVE_FAULTS,
};

/** Milliseconds between looks whether a fault that strikes several times finds something to strike. */
const LOOK_EVERY_MS = 200;
/** Faults that are remembered, so that they can be taken back. */
const KEPT = 1000;

interface Fault {
  kind: FaultKind;
  spec: FaultSpec;
  timesLeft: number;
  /** On the world's clock. */
  endsAt: number;
  timer: NodeJS.Timeout | undefined;
}

/** The faults that are under way, and those that are over but not yet taken back. */
export class Faults {
  private readonly services: FaultServices;
  private readonly faults = new Map<string, Fault>();
  /** Those that look at every voice packet. */
  private readonly onPackets = new Set<Fault>();

  constructor(services: FaultServices) {
    this.services = services;
  }

  /** Begins a fault of a known kind and returns its id. */
  begin(name: string, spec: FaultSpec): string {
    const kind = FAULT_KINDS[name];
    if (!kind) throw new Error(`There is no fault ${name}.`);
    const { world } = this.services;
    const { times, durationMs } = spec;
    const timesLeft = times ?? (durationMs === undefined ? 1 : Number.POSITIVE_INFINITY);
    const endsAt = durationMs === undefined ? Number.POSITIVE_INFINITY : world.now() + durationMs;
    const fault: Fault = { kind, spec, timesLeft, endsAt, timer: undefined };
    const id = world.ids.next();
    this.faults.set(id, fault);
    const [oldest] = this.faults.keys();
    if (this.faults.size > KEPT && oldest !== undefined) this.end(oldest);
    if (kind.at === 'once') this.strike(fault, times === undefined && durationMs === undefined);
    if (kind.at === 'packet') this.watchPackets(fault, true);
    return id;
  }

  /** Ends a fault; false when there is none with this id. */
  end(id: string): boolean {
    const fault = this.faults.get(id);
    if (!fault) return false;
    clearTimeout(fault.timer);
    this.watchPackets(fault, false);
    if (fault.kind.at === 'once') fault.kind.lift?.(fault.spec, this.services);
    return this.faults.delete(id);
  }

  stop(): void {
    for (const id of [...this.faults.keys()]) this.end(id);
  }

  /** What a fault does to this request, if there is one; counts it then. */
  readonly refuse: RestFault = (seen: SeenRequest) => {
    for (const fault of this.faults.values()) {
      const { kind, spec } = fault;
      if (kind.at !== 'request' || !this.isOn(fault) || !kind.matches(spec, seen)) continue;
      fault.timesLeft--;
      return kind.answer(spec, fault.endsAt - this.services.world.now());
    }
    return null;
  };

  /** What the faults under way make of a voice packet: the first one that has something against it. */
  private readonly impair = (hop: Hop): Fate => {
    for (const fault of this.onPackets) {
      const { kind, spec } = fault;
      if (!this.isOn(fault)) this.watchPackets(fault, false);
      const fate = this.isOn(fault) && kind.at === 'packet' ? kind.fate(spec, hop) : 'pass';
      if (fate === 'pass') continue;
      fault.timesLeft--;
      return fate;
    }
    return 'pass';
  };

  private watchPackets(fault: Fault, isOn: boolean): void {
    const hadSome = this.onPackets.size > 0;
    if (isOn) this.onPackets.add(fault);
    else this.onPackets.delete(fault);
    const hasSome = this.onPackets.size > 0;
    // Without a fault nothing stands in the packets' way, nor in the way of who else impairs them.
    if (hadSome !== hasSome) this.services.voiceServer.impair = hasSome ? this.impair : undefined;
  }

  private isOn(fault: Fault): boolean {
    return fault.timesLeft > 0 && this.services.world.now() < fault.endsAt;
  }

  private strike(fault: Fault, isOnce: boolean): void {
    if (fault.kind.at !== 'once') return;
    if (fault.kind.strike(fault.spec, this.services) > 0) fault.timesLeft--;
    if (isOnce || !this.isOn(fault)) return;
    fault.timer = setTimeout(() => {
      if (this.isOn(fault)) this.strike(fault, false);
    }, LOOK_EVERY_MS).unref();
  }
}
