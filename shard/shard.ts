import { GuildSecret } from './access/guild-secret.ts';
import type { Answer, Idempotency, Once } from './access/idempotency.ts';
import { KeyUse } from './access/key-use.ts';
import { rotationOf } from './access/public-token.ts';
import { ChangeSignal } from './change-signal.ts';
import { Changes } from './changes.ts';
import type { Commands, CommandType, Result } from './commands.ts';
import { Deadlines } from './deadlines.ts';
import { EntitlementWatch } from './entitlement-watch.ts';
import type { Fact } from './facts.ts';
import type { PlanContext } from './handler.ts';
import { Archive } from './nets/archive.ts';
import { type Actor, TIMER } from './people/actor.ts';
import { Presence } from './people/presence.ts';
import { Reachable } from './people/reachable.ts';
import type {
  ArchiveSearch,
  Central,
  Clock,
  GuildStore,
  Ids,
  Log,
  Notices,
  People,
  Voice,
  VoiceStats,
  WriteTimes,
} from './ports.ts';
import { Comms } from './radio/comms.ts';
import type { Radio } from './radio/radio.ts';
import { Reads } from './reads.ts';
import { Audit } from './record/audit.ts';
import { changeNote } from './record/audit-note.ts';
import { EventFeed } from './record/event-feed.ts';
import type { EventSource, ShardEvent } from './record/events.ts';
import { Metrics } from './record/metrics.ts';
import { WebhookQueue } from './record/webhook-queue.ts';
import type { RecordChange } from './records.ts';
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

/** One guild's shard: facts come in by `observe`, changes by `change`; reads answer from memory. */
export class Shard {
  readonly guildId: string;
  readonly read: Reads;
  readonly events: EventFeed;
  readonly metrics: Metrics;
  readonly audit: Audit;
  readonly archive: Archive;
  readonly keyUse: KeyUse;
  readonly secret: GuildSecret;
  /** What is still to be sent to webhooks. */
  readonly deliveries: WebhookQueue;
  readonly #options: ShardOptions;
  readonly #state = new State();
  readonly #presence = new Presence();
  readonly #signal: ChangeSignal;
  readonly #comms: Comms;
  readonly #changes: Changes;
  readonly #deadlines: Deadlines;
  readonly #entitlements: EntitlementWatch;
  #startedAt = '';

  constructor(options: ShardOptions) {
    this.#options = options;
    const { guildId, store, central, search, voice, clock, ids, log } = options;
    const [state, presence] = [this.#state, this.#presence];
    this.guildId = guildId;
    this.secret = new GuildSecret(guildId, () => central.guildSecret(guildId));
    this.#signal = new ChangeSignal(clock, log);
    this.#deadlines = new Deadlines(clock, (command) => this.change(TIMER, command), log);
    this.#entitlements = new EntitlementWatch({ guildId, central, clock, log });
    this.events = new EventFeed({ guildId, log: store.eventLog, clock, ids, report: log });
    this.metrics = new Metrics({
      guildId,
      ledger: store.ledgers.metrics,
      clock,
      log,
      occupancy: () => ({ connected: this.read.connected(), nets: this.read.nets() }),
      findNet: (uid) => this.read.findNet(uid),
    });
    this.keyUse = new KeyUse({ ledger: store.ledgers.keyUse, clock, log });
    this.audit = new Audit({ ledger: store.ledgers.audit, clock, ids, log });
    this.archive = new Archive({ guildId, state, central, search, clock, log });
    this.deliveries = new WebhookQueue({
      guildId,
      ledgers: store.ledgers,
      events: this.events,
      webhooks: () => state.tables.webhooks,
      clock,
      ids,
      log,
    });
    this.#comms = new Comms({
      guildId,
      state,
      presence,
      events: this.events,
      signal: this.#signal,
      voice,
      clock,
      onConnected: (count) => this.metrics.noteConnected(count),
    });
    this.#changes = new Changes({
      ...options,
      people: new Reachable(presence, options.people),
      state,
      events: this.events,
      context: () => this.#planContext(),
      onRows: (rows, source) => this.#follow(rows, source),
    });
    this.read = new Reads({
      guildId,
      state,
      presence,
      roster: this.#comms.roster,
      radio: this.#comms.radio,
      clock,
      keyUse: (keyId) => this.keyUse.lastUsedAt(keyId),
      updatedAt: () => this.#signal.updatedAt,
      needed: () => this.#comms.needed,
      entitlements: () => this.#entitlements.known,
    });
  }

  /** Who hears whom, at the pace of packets. */
  get radio(): Radio {
    return this.#comms.radio;
  }

  /** The answers of requests that may be sent again. */
  get idempotency(): Idempotency {
    return this.#changes.idempotency;
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
    return this.#signal.version;
  }

  /** Whether the last change could be written. */
  get writable(): boolean {
    return this.#changes.writable;
  }

  /** The token with which anybody may read what is public of this guild. */
  get publicToken(): string {
    return this.secret.publicToken(rotationOf(this.#state));
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
    const { store, clock } = this.#options;
    this.#startedAt = new Date(clock.now()).toISOString();
    const { applied, records } = await store.collections.read();
    this.#state.apply(records);
    this.#changes.begin(applied);
    const journaled: ShardEvent[] = [];
    for await (const row of store.journal.read(0)) {
      journaled.push(...row.events);
      if (row.seq > applied) this.#changes.replay(row);
    }
    this.idempotency.start();
    this.events.subscribe('metrics', (batch) => this.metrics.observe(batch));
    await this.deliveries.start(await this.events.start(journaled));
    await this.audit.start();
    this.archive.start();
    await this.keyUse.start(this.#state.tables.keys);
    this.#handKeysUp();
    this.#comms.refresh('system', true);
    await this.metrics.start();
    await this.#deadlines.start(this.#state);
    this.#entitlements.start();
  }

  /** Takes no more changes, waits for those under way, ends transmissions, publishes what is left. */
  async stop(): Promise<void> {
    this.#deadlines.stop();
    this.#entitlements.stop();
    await this.#changes.stop();
    await this.archive.stop();
    this.#comms.stop();
    await this.events.stop();
    await this.metrics.stop();
    await this.audit.stop();
    await this.keyUse.stop();
    await this.#options.store.close();
  }

  /** Takes a fact. Never fails, never waits. */
  observe(fact: Fact): void {
    if (this.#presence.observe(fact)) this.#comms.refresh('rule', false);
    else if (fact.type !== 'person' && fact.type !== 'people') this.#signal.touch();
  }

  /**
   * Carries a command out, whole or not at all. When this resolves the change is on disk.
   * @throws ShardError when it is refused or cannot be written; then nothing was changed.
   */
  async change<T extends CommandType>(actor: Actor, command: { type: T } & Commands[T]['input']): Promise<Result<T>> {
    if (actor.kind === 'key') {
      // The request is audited as a whole, where it is answered.
      if (actor.occasion) actor.occasion.action ??= command.type;
      return this.#changes.carryOut(actor, command);
    }
    try {
      const result = await this.#changes.carryOut(actor, command);
      this.audit.note(changeNote(actor, command.type, null));
      return result;
    } catch (error) {
      this.audit.note(changeNote(actor, command.type, error));
      throw error;
    }
  }

  /** Keeps what a request was answered, for when it is sent again. @throws ShardError when it cannot be written */
  keepAnswer(actor: Actor, once: Once, answer: Answer): Promise<void> {
    return this.#changes.keepAnswer(actor, once, answer);
  }

  /** Calls the listener after anything changed, at most once per tick; answers how to stop. `name` is for the log. */
  onChange(name: string, listener: () => void): () => void {
    return this.#signal.listen(name, listener);
  }

  #planContext(): PlanContext {
    const { guildId, clock, ids, acarsCooldownMs = ACARS_COOLDOWN_MS } = this.#options;
    return {
      guildId,
      presence: this.#presence,
      roster: this.#comms.roster,
      ids,
      now: clock.now(),
      entitled: (feature) => this.#entitlements.allows(feature),
      acarsCooldownMs,
    };
  }

  /** What comes of records that changed: who is on which net, what central holds, what ends by itself and when. */
  #follow(rows: readonly RecordChange[], source: EventSource): void {
    const touched = new Set(rows.map((row) => row.collection));
    // What is kept for repeated requests is shown nowhere.
    if (touched.size === 1 && touched.has('idempotency')) return;
    this.#comms.follow(rows, source);
    if (touched.has('archive')) this.archive.follow(rows);
    if (touched.has('keys')) {
      this.keyUse.follow(this.#state.tables.keys);
      this.#handKeysUp();
    }
    if (touched.has('webhooks')) this.deliveries.follow();
    this.#deadlines.follow(this.#state, touched);
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
}
