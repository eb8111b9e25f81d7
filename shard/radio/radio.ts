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
  /** Where it is heard, as the table has it now: what its frames follow. */
  route: Route;
  readonly startedAt: number;
  /** When the last frame came, milliseconds. */
  lastFrameAt: number;
}

/** Who is told of transmissions. */
export interface RadioListener {
  started(transmission: Transmission): void;
  ended(transmission: Transmission, reason: StopReason, durationMs: number): void;
  /** These places hear this speaker no longer, though others may, and though they may hear others. */
  silenced(userId: string, sinks: readonly string[]): void;
}

/**
 * Who hears whom, at the pace of packets. On an open net everybody may speak at once. On a net with a floor one speaks at
 * a time: who keys first holds the floor until they release, and who keys meanwhile transmits nothing until they key
 * again. Nothing is decided per packet.
 */
export class Radio {
  readonly #clock: Clock;
  readonly #listener: RadioListener;
  #table: RoutingTable = new Map();
  readonly #byUser = new Map<string, Transmission>();
  /** Net with a floor → who holds it. */
  readonly #floor = new Map<string, Transmission>();
  /** Who keyed while somebody else held the floor → when their last frame came. */
  readonly #refused = new Map<string, number>();
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
      this.#refused.delete(userId);
      if (active) this.#end(active, 'released', this.#clock.now());
      return undefined;
    }
    const route = this.#table.get(channelId)?.get(userId);
    if (!route) return undefined;
    if (!active) return this.#start(channelId, userId, route);
    if (active.channelId !== channelId) return undefined;
    active.lastFrameAt = this.#clock.now();
    return active.route;
  }

  /** Everybody who transmits now. */
  transmissions(): IterableIterator<Transmission> {
    return this.#byUser.values();
  }

  /** Takes the new table; transmissions it no longer allows end with `reason`, the others follow their new route. */
  rebuild(table: RoutingTable, reason: (transmission: Transmission) => StopReason): void {
    this.#table = table;
    const now = this.#clock.now();
    this.#floor.clear();
    // In the order they began: where a net has a floor from now on, the earliest holds it.
    for (const active of [...this.#byUser.values()]) {
      const route = table.get(active.channelId)?.get(active.userId);
      if (route?.netUid !== active.route.netUid) this.#end(active, reason(active), now);
      else if (route.mode === 'floor' && this.#floor.has(route.netUid)) this.#refuse(active, now);
      else this.#follow(active, route);
    }
  }

  #start(channelId: string, userId: string, route: Route): Route | undefined {
    const now = this.#clock.now();
    if (route.mode === 'floor' && this.#isRefused(userId, route.netUid, now)) return undefined;
    const active: Transmission = { userId, channelId, route, startedAt: now, lastFrameAt: now };
    this.#byUser.set(userId, active);
    if (route.mode === 'floor') this.#floor.set(route.netUid, active);
    this.#sweepLater();
    this.#listener.started(active);
    return route;
  }

  /** Whether somebody else holds the floor, or held it when this person keyed. */
  #isRefused(userId: string, netUid: string, now: number): boolean {
    const refusedAt = this.#refused.get(userId);
    const refused = this.#floor.has(netUid) || (refusedAt !== undefined && now - refusedAt < RELEASE_MS);
    if (refused) {
      this.#refused.set(userId, now);
      this.#sweepLater();
    } else this.#refused.delete(userId);
    return refused;
  }

  #refuse(active: Transmission, now: number): void {
    this.#end(active, 'floor.lost', now);
    this.#refused.set(active.userId, now);
    this.#sweepLater();
  }

  #follow(active: Transmission, route: Route): void {
    const { sinks } = active.route;
    active.route = route;
    if (route.mode === 'floor') this.#floor.set(route.netUid, active);
    const lost = sinks.filter((sink) => !route.sinks.includes(sink));
    if (lost.length > 0) this.#listener.silenced(active.userId, lost);
  }

  #end(active: Transmission, reason: StopReason, endedAt: number): void {
    const { userId, route } = active;
    this.#byUser.delete(userId);
    if (this.#floor.get(route.netUid) === active) this.#floor.delete(route.netUid);
    if (route.sinks.length > 0) this.#listener.silenced(userId, route.sinks);
    this.#listener.ended(active, reason, endedAt - active.startedAt);
  }

  /** One timer for all, and none while nobody speaks. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.after(RELEASE_MS / 2, () => {
      const now = this.#clock.now();
      for (const active of [...this.#byUser.values()]) {
        if (now - active.lastFrameAt >= RELEASE_MS) this.#end(active, 'released', active.lastFrameAt);
      }
      for (const [userId, at] of this.#refused) if (now - at >= RELEASE_MS) this.#refused.delete(userId);
      this.#sweeping = false;
      if (this.#byUser.size > 0 || this.#refused.size > 0) this.#sweepLater();
    });
  }
}
