import type { ChangeSignal } from '../change-signal.ts';
import { operationOf } from '../op/operation-commands.ts';
import type { Presence } from '../people/presence.ts';
import { Roster, type RosterChange } from '../people/roster.ts';
import { rosterEvents } from '../people/roster-events.ts';
import type { Clock, Voice } from '../ports.ts';
import type { EventFeed } from '../record/event-feed.ts';
import type { EventSource } from '../record/events.ts';
import type { CollectionName, RecordChange } from '../records.ts';
import type { State } from '../state.ts';
import { Radio, type StopReason, type Transmission } from './radio.ts';
import { buildRoutes, channelNeeds, listeners, occupiedChannels } from './routing.ts';

/** What the comms of a guild follow from and who is told of them. */
export interface CommsOptions {
  guildId: string;
  state: State;
  presence: Presence;
  events: EventFeed;
  signal: ChangeSignal;
  voice: Voice;
  clock: Clock;
  /** Told how many operators are connected whenever somebody may have come or gone. */
  onConnected: (count: number) => void;
}

/** What decides who is on which net: other records touch no operator. */
const DECISIVE: ReadonlySet<CollectionName> = new Set<CollectionName>([
  'nets',
  'assignments',
  'temporary',
  'rules',
  'operation',
  'settings',
  'features',
]);

/** Who is connected, on which nets, and hears whom: worked out anew when records or facts change, never stored. */
export class Comms {
  readonly roster: Roster;
  readonly radio: Radio;
  readonly #options: CommsOptions;
  #needed: ReadonlySet<string> = new Set();
  #served = '[]';

  constructor(options: CommsOptions) {
    this.#options = options;
    this.roster = new Roster(options.guildId);
    this.radio = new Radio(options.clock, {
      started: (transmission) => this.#keyed(transmission),
      ended: (transmission, reason, durationMs) => this.#released(transmission, reason, durationMs),
      silenced: (userId, sinks) => options.voice.endTransmission(userId, sinks),
    });
  }

  /** Channels that need a voice worker now. */
  get needed(): ReadonlySet<string> {
    return this.#needed;
  }

  /** Facts or records changed. `isStale`: anybody's assignments may be other ones. */
  refresh(source: EventSource, isStale: boolean): void {
    const { state, presence, signal, clock } = this.#options;
    const now = new Date(clock.now()).toISOString();
    this.#reroute(this.roster.refresh(state, isStale, presence, now), source);
    signal.touch();
  }

  /** What comes of records that changed. An assignment touches one person, most often one who is not here. */
  follow(rows: readonly RecordChange[], source: EventSource): void {
    const stale = staleBy(rows);
    if (stale === 'all') {
      this.refresh(source, true);
      return;
    }
    const reassigned = this.roster.reassign(this.#options.state, stale);
    if (reassigned.length > 0) this.#reroute({ joined: [], left: [], reassigned }, source);
    this.#options.signal.touch();
  }

  /** Ends every transmission. */
  stop(): void {
    this.radio.rebuild(new Map(), () => 'left');
  }

  /** What follows from the roster: routes, events, needs. */
  #reroute(change: RosterChange, source: EventSource): void {
    const { state, presence, events, voice, onConnected } = this.#options;
    const operators = this.roster.operators;
    const channels = occupiedChannels(state, operators.values());
    const earOf = (userId: string) => presence.listeners.get(userId)?.ear;
    const table = buildRoutes(channels, listeners(state, operators.values(), earOf));
    this.radio.rebuild(table, (transmission) => this.#whyEnded(transmission));
    onConnected(operators.size);
    events.publish(rosterEvents(change, source));
    const needs = channelNeeds(channels, table);
    this.#needed = new Set(needs.map((need) => need.channelId));
    const serve = JSON.stringify(needs);
    if (serve !== this.#served) voice.serve(needs);
    this.#served = serve;
  }

  #whyEnded({ userId, channelId }: Transmission): StopReason {
    if (!operationOf(this.#options.state).open) return 'operation.closed';
    return this.roster.operators.get(userId)?.channelId === channelId ? 'released' : 'left';
  }

  #keyed(transmission: Transmission): void {
    this.#options.events.publish([{ type: 'ptt.start', data: this.#speaker(transmission) }]);
    this.#options.signal.touch();
  }

  #released(transmission: Transmission, reason: StopReason, durationMs: number): void {
    this.#options.events.publish([{ type: 'ptt.stop', data: { ...this.#speaker(transmission), reason, durationMs } }]);
    this.#options.signal.touch();
  }

  #speaker({ userId, route }: Transmission) {
    const displayName = this.#options.presence.people.get(userId)?.displayName ?? userId;
    return { userId, displayName, netId: route.netId, netUid: route.netUid };
  }
}

/** Whose nets these records may have changed. */
function staleBy(rows: readonly RecordChange[]): 'all' | ReadonlySet<string> {
  const people = new Set<string>();
  for (const { collection, key } of rows) {
    if (!DECISIVE.has(collection)) continue;
    if (collection !== 'assignments' && collection !== 'temporary') return 'all';
    people.add(key);
  }
  return people;
}
