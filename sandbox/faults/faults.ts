import type { RestFault, SeenRequest } from '../rest/rest.ts';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';
import { GATEWAY_FAULTS } from './gateway-faults.ts';
import { REST_FAULTS } from './rest-faults.ts';
import { VOICE_FAULTS } from './voice-faults.ts';

/** Every kind of fault there is, by name. */
export const FAULT_KINDS: Readonly<Record<string, FaultKind>> = { ...GATEWAY_FAULTS, ...REST_FAULTS, ...VOICE_FAULTS };

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
    return id;
  }

  /** Ends a fault; false when there is none with this id. */
  end(id: string): boolean {
    clearTimeout(this.faults.get(id)?.timer);
    return this.faults.delete(id);
  }

  stop(): void {
    for (const id of [...this.faults.keys()]) this.end(id);
  }

  /** Whether a fault refuses this request; counts it if so. */
  readonly refuse: RestFault = (seen: SeenRequest) => {
    for (const fault of this.faults.values()) {
      const { kind, spec } = fault;
      if (kind.at !== 'request' || !this.isOn(fault) || !kind.matches(spec, seen)) continue;
      fault.timesLeft--;
      const left = fault.endsAt - this.services.world.now();
      return { retryAfterMs: Math.min(kind.retryAfterMs, left) };
    }
    return null;
  };

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
