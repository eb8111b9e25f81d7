import type { Clock } from '../ports.ts';
import type { EventData } from '../record/events.ts';
import type { Route, RoutingTable } from './routing.ts';

/** Key-up when no frame came for this long: five frames may be lost before a transmission is cut in two. */
const RELEASE_MS = 200;

/** Why a transmission ended. */
export type StopReason = EventData['ptt.stop']['reason'];

/** Key-down to key-up. */
export interface Transmission {
  readonly userId: string;
  readonly channelId: string;
  /** As the table has it. */
  route: Route;
  /** The same with those of its sinks that are this transmission's own: what its frames follow. */
  heard: Route;
  readonly startedAt: number;
  /** When the last frame came, milliseconds. */
  lastFrameAt: number;
}

/** Who is told of transmissions. */
export interface RadioListener {
  started(transmission: Transmission): void;
  ended(transmission: Transmission, reason: StopReason, durationMs: number): void;
  /** These channels hear a transmission no longer, though it may go on elsewhere. */
  silenced(sinks: readonly string[]): void;
}

/**
 * Who hears whom, at the pace of packets. A net carries one transmission at a time: the first keeps the floor until
 * they release. So does a sink, which may hear several nets: one that is taken at key-down stays out of the later
 * transmission for good. Nothing is decided per packet.
 */
export class Radio {
  readonly #clock: Clock;
  readonly #listener: RadioListener;
  #table: RoutingTable = new Map();
  readonly #byUser = new Map<string, Transmission>();
  readonly #floor = new Map<string, Transmission>();
  /** Sink → the transmission that is heard in it. */
  readonly #sinks = new Map<string, Transmission>();
  #sweeping = false;

  constructor(clock: Clock, listener: RadioListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /**
   * A frame of somebody in a channel; `silence` marks Discord's three-byte silence frame, which ends a transmission.
   * Answers where the frame goes, or undefined when it goes nowhere.
   */
  frame(channelId: string, userId: string, silence: boolean): Route | undefined {
    const active = this.#byUser.get(userId);
    if (silence) {
      if (active) this.#end(active, 'released', this.#clock.now());
      return undefined;
    }
    const route = this.#table.get(channelId)?.get(userId);
    if (!route) return undefined;
    if (!active) return this.#start(channelId, userId, route);
    if (active.channelId !== channelId) return undefined;
    active.lastFrameAt = this.#clock.now();
    return active.heard;
  }

  /** Everybody who transmits now. */
  transmissions(): IterableIterator<Transmission> {
    return this.#byUser.values();
  }

  /** Takes the new table; transmissions it no longer allows end with `reason`, the others follow their new route. */
  rebuild(table: RoutingTable, reason: (transmission: Transmission) => StopReason): void {
    this.#table = table;
    const now = this.#clock.now();
    const staying: [Transmission, Route][] = [];
    for (const active of [...this.#byUser.values()]) {
      const route = table.get(active.channelId)?.get(active.userId);
      if (route?.netUid !== active.route.netUid) this.#end(active, reason(active), now);
      else if (route !== active.route) staying.push([active, route]);
    }
    // Everybody leaves what is theirs no longer before anybody takes what is new to them: the earliest comes first.
    for (const [active, route] of staying) this.#leave(active, route);
    for (const [active, route] of staying) this.#follow(active, route);
  }

  #start(channelId: string, userId: string, route: Route): Route | undefined {
    if (this.#floor.has(route.netUid)) return undefined;
    const now = this.#clock.now();
    const heard = only(route, (sink) => !this.#sinks.has(sink));
    const active: Transmission = { userId, channelId, route, heard, startedAt: now, lastFrameAt: now };
    for (const sink of heard.sinks) this.#sinks.set(sink, active);
    this.#byUser.set(userId, active);
    this.#floor.set(route.netUid, active);
    if (!this.#sweeping) this.#sweepLater();
    this.#listener.started(active);
    return heard;
  }

  #leave(active: Transmission, route: Route): void {
    const lost = active.heard.sinks.filter((sink) => !route.sinks.includes(sink));
    for (const sink of lost) this.#sinks.delete(sink);
    if (lost.length > 0) this.#listener.silenced(lost);
  }

  /** Sinks that are new to the transmission join it when they are free; those it did not get at key-down stay out. */
  #follow(active: Transmission, route: Route): void {
    const before = new Set(active.route.sinks);
    active.heard = only(route, (sink) =>
      before.has(sink) ? this.#sinks.get(sink) === active : !this.#sinks.has(sink),
    );
    active.route = route;
    for (const sink of active.heard.sinks) this.#sinks.set(sink, active);
  }

  #end(active: Transmission, reason: StopReason, endedAt: number): void {
    this.#byUser.delete(active.userId);
    this.#floor.delete(active.route.netUid);
    for (const sink of active.heard.sinks) this.#sinks.delete(sink);
    if (active.heard.sinks.length > 0) this.#listener.silenced(active.heard.sinks);
    this.#listener.ended(active, reason, endedAt - active.startedAt);
  }

  /** One timer for all, and none while nobody speaks. */
  #sweepLater(): void {
    this.#sweeping = true;
    this.#clock.after(RELEASE_MS / 2, () => {
      const now = this.#clock.now();
      for (const active of [...this.#byUser.values()]) {
        if (now - active.lastFrameAt >= RELEASE_MS) this.#end(active, 'released', active.lastFrameAt);
      }
      this.#sweeping = false;
      if (this.#byUser.size > 0) this.#sweepLater();
    });
  }
}

/** The route with those of its sinks only; the same object when that is all of them. */
function only(route: Route, isOwn: (sink: string) => boolean): Route {
  const sinks = route.sinks.filter(isOwn);
  return sinks.length === route.sinks.length ? route : { ...route, sinks };
}
