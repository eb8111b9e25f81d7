import { type Answer, Idempotency, type Once, type Place, placeOf } from './access/idempotency.ts';
import { KeyUse } from './access/key-use.ts';
import { publicToken, rotationOf } from './access/public-token.ts';
import { requireApproval } from './approval.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Commands, CommandType, Result } from './commands.ts';
import { Deadlines } from './deadlines.ts';
import { Draft, type Outside } from './draft.ts';
import { EntitlementWatch } from './entitlement-watch.ts';
import { ShardError } from './errors.ts';
import type { Fact } from './facts.ts';
import type { Handler, PlanContext } from './handler.ts';
import { HANDLERS } from './handlers.ts';
import { Archive } from './nets/archive.ts';
import { countedNets, featuresOf, featuresOn } from './op/features.ts';
import { operationOf } from './op/operation-commands.ts';
import { type Actor, actorId, TIMER } from './people/actor.ts';
import { requireAuthority } from './people/authority.ts';
import { Presence } from './people/presence.ts';
import { Roster, type RosterChange } from './people/roster.ts';
import { rosterEvents } from './people/roster-events.ts';
import type {
  ApprovalRequest,
  ArchiveSearch,
  Central,
  Clock,
  GuildStore,
  Ids,
  JournalRow,
  Log,
  Notices,
  People,
  Voice,
  VoiceStats,
  WriteTimes,
} from './ports.ts';
import { Radio, type StopReason, type Transmission } from './radio/radio.ts';
import { buildRoutes, channelNeeds, occupiedChannels } from './radio/routing.ts';
import { Reads } from './reads.ts';
import { Audit } from './record/audit.ts';
import { changeNote } from './record/audit-note.ts';
import { EventFeed } from './record/event-feed.ts';
import type { EventSource, ShardEvent } from './record/events.ts';
import { Metrics } from './record/metrics.ts';
import { WebhookQueue } from './record/webhook-queue.ts';
import type { CollectionName, RecordChange } from './records.ts';
import { State } from './state.ts';

/** What one guild's shard is given. */
export interface ShardOptions {
  guildId: string;
  store: GuildStore;
  central: Central;
  search: ArchiveSearch;
  voice: Voice;
  people: People;
  notices: Notices;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** How long a sender of alerts waits for the next one, in milliseconds. */
  acarsCooldownMs?: number | undefined;
}

const ACARS_COOLDOWN_MS = 60_000;

type ApprovalTerms = Pick<ApprovalRequest, 'netsBefore' | 'netCount' | 'maxNetsBefore' | 'maxNets' | 'turnsOn'>;

/** What decides who is on which net: other changes touch no operator. */
const COMMS: ReadonlySet<CollectionName> = new Set<CollectionName>([
  'nets',
  'assignments',
  'temporary',
  'rules',
  'operation',
  'settings',
  'features',
]);

/** One guild's shard: facts come in by `observe`, changes by `change`; reads answer from memory. */
export class Shard {
  readonly guildId: string;
  readonly read: Reads;
  readonly radio: Radio;
  readonly events: EventFeed;
  readonly metrics: Metrics;
  readonly audit: Audit;
  readonly archive: Archive;
  readonly keyUse: KeyUse;
  readonly idempotency: Idempotency;
  /** What is still to be sent to webhooks. */
  readonly deliveries: WebhookQueue;
  readonly #options: ShardOptions;
  readonly #state = new State();
  readonly #presence = new Presence();
  readonly #roster: Roster;
  readonly #queue = new ChangeQueue();
  readonly #listeners = new Map<() => void, string>();
  readonly #deadlines: Deadlines;
  readonly #entitlements: EntitlementWatch;
  #seq = 0;
  #startedAt = '';
  #updatedAt = '';
  #needed: ReadonlySet<string> = new Set();
  #served = '[]';
  #token: { rotation: number; text: string } | null = null;
  #notifying = false;
  #version = 0;
  #writable = true;

  constructor(options: ShardOptions) {
    this.#options = options;
    const { guildId, store, central, search, clock, ids, log } = options;
    this.guildId = guildId;
    this.#roster = new Roster(guildId);
    this.#deadlines = new Deadlines(clock, (command) => this.change(TIMER, command), log);
    this.#entitlements = new EntitlementWatch({ guildId, central: options.central, clock, log });
    this.events = new EventFeed({ guildId, log: store.eventLog, clock, ids, report: log });
    this.metrics = new Metrics({
      guildId,
      ledger: store.ledgers.metrics,
      clock,
      log,
      occupancy: () => ({ connected: this.#roster.operators.size, nets: this.read.nets() }),
      findNet: (uid) => this.read.findNet(uid),
    });
    this.idempotency = new Idempotency(this.#state, clock);
    this.keyUse = new KeyUse({ ledger: store.ledgers.keyUse, clock, log });
    this.audit = new Audit({ ledger: store.ledgers.audit, clock, ids, log });
    this.archive = new Archive({ guildId, state: this.#state, central, search, clock, log });
    this.deliveries = new WebhookQueue({
      guildId,
      ledgers: store.ledgers,
      events: this.events,
      webhooks: () => this.#state.tables.webhooks,
      clock,
      log,
    });
    this.radio = new Radio(clock, {
      started: (transmission) => this.#keyed(transmission),
      ended: (transmission, reason, durationMs) => this.#released(transmission, reason, durationMs),
      silenced: (sinks) => options.voice.endTransmission(sinks),
    });
    this.read = new Reads({
      guildId,
      state: this.#state,
      presence: this.#presence,
      roster: this.#roster,
      radio: this.radio,
      clock,
      keyUse: (keyId) => this.keyUse.lastUsedAt(keyId),
      updatedAt: () => this.#updatedAt,
      needed: () => this.#needed,
      entitlements: () => this.#entitlements.known,
    });
  }

  /** ISO time of the start. */
  get startedAt(): string {
    return this.#startedAt;
  }

  /**
   * Goes up whenever anything that reads show may have changed; while it stays, every read answers the same. Not so for
   * what goes by the clock: keys that expire, say.
   */
  get version(): number {
    return this.#version;
  }

  /** Whether the last change could be written. */
  get writable(): boolean {
    return this.#writable;
  }

  /** The token with which anybody may read what is public of this guild. */
  get publicToken(): string {
    const { guildId, central } = this.#options;
    const rotation = rotationOf(this.#state);
    if (this.#token?.rotation !== rotation) {
      this.#token = { rotation, text: publicToken(central.guildSecret(guildId), guildId, rotation) };
    }
    return this.#token.text;
  }

  /** What the voice workers of this guild did and do. */
  get voice(): VoiceStats {
    return this.#options.voice.stats();
  }

  /** How long its changes took to be written. */
  get writes(): WriteTimes {
    return this.#options.store.journal.times;
  }

  /** Reads the collections, replays the journal after them, tells central which keys there are. */
  async start(): Promise<void> {
    const { store } = this.#options;
    this.#startedAt = this.#now();
    const { applied, records } = await store.collections.read();
    this.#state.apply(records);
    this.#seq = applied;
    const journaled: ShardEvent[] = [];
    for await (const row of store.journal.read(0)) {
      journaled.push(...row.events);
      if (row.seq > applied) this.#replay(row);
    }
    this.idempotency.start();
    this.events.subscribe('metrics', (batch) => this.metrics.observe(batch));
    await this.deliveries.start(await this.events.start(journaled));
    await this.audit.start();
    this.archive.start();
    await this.keyUse.start(this.#state.tables.keys);
    this.#handKeysUp();
    this.#refresh('system', true);
    await this.metrics.start();
    await this.#deadlines.start(this.#state);
    this.#entitlements.start();
  }

  /** Takes no more changes, waits for those under way, ends transmissions, publishes what is left. */
  async stop(): Promise<void> {
    this.#deadlines.stop();
    this.#entitlements.stop();
    await this.#queue.close();
    await this.archive.stop();
    this.radio.rebuild(new Map(), () => 'left');
    await this.events.stop();
    await this.metrics.stop();
    await this.audit.stop();
    await this.keyUse.stop();
    await this.#options.store.close();
  }

  /** Takes a fact. Never fails, never waits. */
  observe(fact: Fact): void {
    if (this.#presence.observe(fact)) this.#refresh('rule', false);
    else if (fact.type !== 'person' && fact.type !== 'people') this.#touch();
  }

  /**
   * Carries a command out, whole or not at all. When this resolves the change is on disk.
   * @throws ShardError when it is refused or cannot be written; then nothing was changed.
   */
  async change<T extends CommandType>(actor: Actor, command: { type: T } & Commands[T]['input']): Promise<Result<T>> {
    if (actor.kind === 'key') {
      if (actor.occasion) actor.occasion.action ??= command.type;
      return this.#carryOut(actor, command);
    }
    try {
      const result = await this.#carryOut(actor, command);
      this.audit.note(changeNote(actor, command.type, null));
      return result;
    } catch (error) {
      this.audit.note(changeNote(actor, command.type, error));
      throw error;
    }
  }

  async #carryOut<T extends CommandType>(
    actor: Actor,
    command: { type: T } & Commands[T]['input'],
  ): Promise<Result<T>> {
    const { type } = command;
    const handler: Handler<T> = HANDLERS[type];
    requireAuthority(this.#state, actor, type, handler.needs);
    const place = placeOf(actor);
    const earlier = place && this.idempotency.earlier(place);
    if (earlier) return earlier.result as Result<T>;
    const asked = handler.privileged ? await this.#ask(handler, actor, command) : null;
    if (!handler.act) return this.#enqueue(handler, actor, command, { asked, place });
    this.#plan(handler, actor, command); // what cannot be done must be refused before the world is touched
    const outcome = await handler.act(command, { actor, ...this.#options });
    return this.#enqueue(handler, actor, { ...command, ...outcome }, { asked, place }).catch(unrecorded);
  }

  /** Plans when its turn comes, and commits. */
  #enqueue<T extends CommandType>(
    handler: Handler<T>,
    actor: Actor,
    command: { type: T } & Commands[T]['input'],
    { asked, place }: { asked: ApprovalTerms | null; place: Place | undefined },
  ): Promise<Result<T>> {
    const { type } = command;
    return this.#queue.run(async () => {
      const { draft, result } = this.#plan(handler, actor, command);
      // Others went first and changed what central was asked about.
      const terms = handler.privileged && !draft.isEmpty ? this.#terms(draft) : null;
      if (terms && JSON.stringify(terms) !== JSON.stringify(asked)) await this.#approve(actor, type, terms);
      const kept = place && !draft.isEmpty ? this.idempotency.keepResult(place, result, draft.at) : [];
      await this.#commit(type, draft, kept);
      return result;
    });
  }

  /** Keeps what a request was answered, for when it is sent again. @throws ShardError when it cannot be written */
  keepAnswer(actor: Actor, once: Once, answer: Answer): Promise<void> {
    return this.#queue.run(() => {
      const draft = new Draft(this.#state, actor, this.#now());
      return this.#commit('request.answered', draft, this.idempotency.keepAnswer(once, answer, draft.at));
    });
  }

  /** Calls the listener after anything changed, at most once per tick; answers how to stop. `name` is for the log. */
  onChange(name: string, listener: () => void): () => void {
    this.#listeners.set(listener, name);
    return () => this.#listeners.delete(listener);
  }

  #plan<T extends CommandType>(handler: Handler<T>, actor: Actor, command: { type: T } & Commands[T]['input']) {
    requireAuthority(this.#state, actor, command.type, handler.needs);
    const { guildId, clock, ids, acarsCooldownMs = ACARS_COOLDOWN_MS } = this.#options;
    const draft = new Draft(this.#state, actor, this.#now());
    const entitled: PlanContext['entitled'] = (feature) => this.#entitlements.allows(feature);
    const sight = { presence: this.#presence, roster: this.#roster };
    const context = { guildId, ...sight, ids, now: clock.now(), entitled, acarsCooldownMs };
    return { draft, result: handler.plan(draft, command, context) };
  }

  /** Asks central before the queue; null when there is nothing to ask about. What cannot be done is refused here. */
  async #ask<T extends CommandType>(handler: Handler<T>, actor: Actor, command: { type: T } & Commands[T]['input']) {
    const { draft } = this.#plan(handler, actor, command);
    if (draft.isEmpty) return null;
    const terms = this.#terms(draft);
    await this.#approve(actor, command.type, terms);
    return terms;
  }

  /** What central's approval depends on. */
  #terms(draft: Draft): ApprovalTerms {
    const before = new Set(featuresOn(this.#state));
    return {
      netsBefore: countedNets(this.#state),
      netCount: countedNets(draft.state),
      maxNetsBefore: featuresOf(this.#state).maxNets,
      maxNets: featuresOf(draft.state).maxNets,
      turnsOn: featuresOn(draft.state).filter((feature) => !before.has(feature)),
    };
  }

  #approve(actor: Actor, type: CommandType, terms: ApprovalTerms): Promise<void> {
    const { central, clock, log, guildId } = this.#options;
    const request = { guildId, command: type, actor: { kind: actor.kind, id: actorId(actor) }, ...terms };
    return requireApproval(central, clock, log, request);
  }

  /** On disk first, then in memory; only then is anybody told. */
  async #commit(type: string, draft: Draft, kept: readonly RecordChange[]): Promise<void> {
    if (draft.isEmpty && kept.length === 0) return;
    const { actor } = draft;
    const rows = [...draft.rows(), ...kept];
    const reservation = this.events.reserve(draft.events);
    const row: JournalRow = {
      seq: this.#seq + 1,
      at: draft.at,
      actor: { kind: actor.kind, id: actorId(actor), name: actor.name },
      command: type,
      rows,
      events: [...reservation.events],
    };
    try {
      await this.#options.store.journal.append(row);
      this.#writable = true;
    } catch (error) {
      this.#writable = false;
      reservation.cancel();
      this.#options.log.error({ err: error, guildId: this.guildId, command: type }, 'a change could not be written');
      throw new ShardError('store.failed');
    }
    this.#replay(row);
    reservation.commit();
    this.#follow(rows, draft.cause().source);
    for (const effect of draft.effects) this.#take(effect);
  }

  /** What comes of records that changed: who is on which net, what central holds, what ends by itself and when. */
  #follow(rows: readonly RecordChange[], source: EventSource): void {
    const touched = new Set(rows.map((row) => row.collection));
    // What is kept for repeated requests is shown nowhere.
    if (touched.size === 1 && touched.has('idempotency')) return;
    const stale = staleBy(rows);
    if (stale === 'all') this.#refresh(source, true);
    else this.#reassign(source, stale);
    if (touched.has('archive')) this.archive.follow(rows);
    if (touched.has('keys')) {
      this.keyUse.follow(this.#state.tables.keys);
      this.#handKeysUp();
    }
    if (touched.has('webhooks')) this.deliveries.follow();
    this.#deadlines.follow(this.#state, touched);
  }

  #take(effect: (outside: Outside) => void): void {
    try {
      effect(this.#options);
    } catch (error) {
      this.#options.log.error({ err: error, guildId: this.guildId }, 'what follows a change could not be done');
    }
  }

  #replay(row: JournalRow): void {
    this.#seq = row.seq;
    this.#state.apply(row.rows);
    this.#options.store.collections.follow(row);
    this.idempotency.follow(row.rows);
  }

  #handKeysUp(): void {
    const keys = [...this.#state.tables.keys.values()];
    this.#options.central.holdKeys(this.guildId, keys).catch((error: unknown) => {
      this.#options.log.warn(
        { err: error, guildId: this.guildId },
        'key records will be handed to central at the next start',
      );
    });
  }

  /** These people's assignments changed. Most often they are few, and people who are not here. */
  #reassign(source: EventSource, userIds: ReadonlySet<string>): void {
    const reassigned = this.#roster.reassign(this.#state, userIds);
    if (reassigned.length > 0) this.#reroute({ joined: [], left: [], reassigned }, source);
    this.#touch();
  }

  /** Works out anew what follows from state and facts. `isStale`: anybody's assignments may be other ones. */
  #refresh(source: EventSource, isStale: boolean): void {
    this.#updatedAt = this.#now();
    this.#reroute(this.#roster.refresh(this.#state, isStale, this.#presence, this.#updatedAt), source);
    this.#notify();
  }

  /** What follows from the roster: routes, events, needs. */
  #reroute(roster: RosterChange, source: EventSource): void {
    const channels = occupiedChannels(this.#state, this.#roster.operators.values());
    const table = buildRoutes(channels);
    this.radio.rebuild(table, (transmission) => this.#whyEnded(transmission));
    this.metrics.noteConnected(this.read.connected());
    this.events.publish(rosterEvents(roster, source));
    const needs = channelNeeds(channels, table);
    this.#needed = new Set(needs.map((need) => need.channelId));
    const serve = JSON.stringify(needs);
    if (serve !== this.#served) this.#options.voice.serve(needs);
    this.#served = serve;
  }

  #whyEnded({ userId, channelId }: Transmission): StopReason {
    if (!operationOf(this.#state).open) return 'operation.closed';
    return this.#roster.operators.get(userId)?.channelId === channelId ? 'released' : 'left';
  }

  #keyed(transmission: Transmission): void {
    this.events.publish([{ type: 'ptt.start', data: this.#speaker(transmission) }]);
    this.#touch();
  }

  #released(transmission: Transmission, reason: StopReason, durationMs: number): void {
    this.events.publish([{ type: 'ptt.stop', data: { ...this.#speaker(transmission), reason, durationMs } }]);
    this.#touch();
  }

  #speaker({ userId, route }: Transmission) {
    const displayName = this.#presence.people.get(userId)?.displayName ?? userId;
    return { userId, displayName, netId: route.netId, netUid: route.netUid };
  }

  #touch(): void {
    this.#updatedAt = this.#now();
    this.#notify();
  }

  #notify(): void {
    this.#version += 1;
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const [listener, name] of this.#listeners) this.#tell(listener, name);
    });
  }

  #tell(listener: () => void, name: string): void {
    try {
      listener();
    } catch (error) {
      this.#options.log.error({ err: error, listener: name, guildId: this.guildId }, 'a state listener failed');
    }
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

/** Whose nets these records may have changed: an assignment touches one person, everything else anybody. */
function staleBy(rows: readonly RecordChange[]): 'all' | ReadonlySet<string> {
  const people = new Set<string>();
  for (const { collection, key } of rows) {
    if (!COMMS.has(collection)) continue;
    if (collection !== 'assignments' && collection !== 'temporary') return 'all';
    people.add(key);
  }
  return people;
}

/** Something was done to the world and could not be recorded. That nobody was connected is an outcome like another. */
function unrecorded(error: unknown): never {
  if (error instanceof ShardError && error.kind === 'absent') throw error;
  throw new ShardError('client.unrecorded');
}
