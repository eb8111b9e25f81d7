import { type Answer, Idempotency, type Once, type Place, placeOf } from './access/idempotency.ts';
import { requireLiveKey } from './access/key-life.ts';
import { requireApproval } from './approval.ts';
import { ChangeQueue } from './change-queue.ts';
import type { Commands, CommandType, Result } from './commands.ts';
import { Draft, type Outside } from './draft.ts';
import { ShardError } from './errors.ts';
import type { Handler, PlanContext } from './handler.ts';
import { HANDLERS } from './handlers.ts';
import { countedNets, featuresOf, featuresOn } from './op/features.ts';
import { type Actor, actorId } from './people/actor.ts';
import { requireAuthority } from './people/authority.ts';
import type { ApprovalRequest, Central, Clock, GuildStore, JournalRow, Log, Notices, People } from './ports.ts';
import type { EventFeed } from './record/event-feed.ts';
import type { EventSource } from './record/events.ts';
import type { RecordChange } from './records.ts';
import type { State } from './state.ts';
import type { AuthorityLevel } from './views.ts';

/** What changes are carried out with. */
export interface ChangesOptions {
  guildId: string;
  state: State;
  store: Pick<GuildStore, 'journal' | 'collections'>;
  central: Central;
  events: EventFeed;
  people: People;
  notices: Notices;
  clock: Clock;
  log: Log;
  /** What plans may look at besides the draft, now. */
  context: () => PlanContext;
  /** These records are others now. */
  onRows: (rows: readonly RecordChange[], source: EventSource) => void;
}

type ApprovalTerms = Pick<ApprovalRequest, 'netsBefore' | 'netCount' | 'maxNetsBefore' | 'maxNets' | 'turnsOn'>;

type Given<T extends CommandType> = { type: T } & Commands[T]['input'];

/**
 * Carries commands out: may they? central, the queue, planned again, on disk, in memory, and only then is anybody told.
 */
export class Changes {
  readonly idempotency: Idempotency;
  readonly #options: ChangesOptions;
  readonly #queue = new ChangeQueue();
  #seq = 0;
  #writable = true;

  constructor(options: ChangesOptions) {
    this.#options = options;
    this.idempotency = new Idempotency(options.state, options.clock);
  }

  /** Whether the last change could be written. */
  get writable(): boolean {
    return this.#writable;
  }

  /** The state was read as of this row of the journal. */
  begin(applied: number): void {
    this.#seq = applied;
  }

  /** Applies a row that is on disk. */
  replay(row: JournalRow): void {
    this.#seq = row.seq;
    this.#options.state.apply(row.rows);
    this.#options.store.collections.follow(row);
    this.idempotency.follow(row.rows);
  }

  /** Takes no more; resolves when what was waiting is done. */
  stop(): Promise<void> {
    return this.#queue.close();
  }

  /** @throws ShardError when it is refused or cannot be written; then nothing was changed */
  async carryOut<T extends CommandType>(actor: Actor, command: Given<T>): Promise<Result<T>> {
    const { type } = command;
    const handler: Handler<T> = HANDLERS[type];
    this.#requireAllowed(handler, actor, type);
    const place = placeOf(actor);
    const earlier = place && this.idempotency.earlier(place);
    if (earlier) return earlier.result as Result<T>;
    const asked = handler.privileged ? await this.#ask(handler, actor, command) : null;
    if (!handler.act) return this.#enqueue(handler, actor, command, { asked, place });
    this.#plan(handler, actor, command); // what cannot be done must be refused before the world is touched
    const outcome = await handler.act(command, { actor, ...this.#options });
    return this.#enqueue(handler, actor, { ...command, ...outcome }, { asked, place }).catch(unrecorded);
  }

  /** Keeps what a request was answered, for when it is sent again. @throws ShardError when it cannot be written */
  keepAnswer(actor: Actor, once: Once, answer: Answer): Promise<void> {
    return this.#queue.run(() => {
      const draft = new Draft(this.#options.state, actor, this.#now());
      return this.#commit('request.answered', draft, this.idempotency.keepAnswer(once, answer, draft.at));
    });
  }

  /** Plans when its turn comes, and commits. */
  #enqueue<T extends CommandType>(
    handler: Handler<T>,
    actor: Actor,
    command: Given<T>,
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

  #plan<T extends CommandType>(handler: Handler<T>, actor: Actor, command: Given<T>) {
    const { state, context } = this.#options;
    this.#requireAllowed(handler, actor, command.type);
    const draft = new Draft(state, actor, this.#now());
    return { draft, result: handler.plan(draft, command, context()) };
  }

  /** Asked at each step: what was allowed when a request came may not be so any more when its turn comes. */
  #requireAllowed({ needs }: { needs: AuthorityLevel }, actor: Actor, type: CommandType): void {
    const { state, clock } = this.#options;
    requireLiveKey(state, actor, clock.now());
    requireAuthority(state, actor, type, needs);
  }

  /** Asks central before the queue; null when there is nothing to ask about. What cannot be done is refused here. */
  async #ask<T extends CommandType>(handler: Handler<T>, actor: Actor, command: Given<T>) {
    const { draft } = this.#plan(handler, actor, command);
    if (draft.isEmpty) return null;
    const terms = this.#terms(draft);
    await this.#approve(actor, command.type, terms);
    return terms;
  }

  /** What central's approval depends on. */
  #terms(draft: Draft): ApprovalTerms {
    const { state } = this.#options;
    const before = new Set(featuresOn(state));
    return {
      netsBefore: countedNets(state),
      netCount: countedNets(draft.state),
      maxNetsBefore: featuresOf(state).maxNets,
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
    const reservation = this.#options.events.reserve(draft.events);
    const row: JournalRow = {
      seq: this.#seq + 1,
      at: draft.at,
      actor: { kind: actor.kind, id: actorId(actor), name: actor.name },
      command: type,
      rows,
      events: [...reservation.events],
    };
    await this.#write(row).catch((error: unknown) => {
      reservation.cancel();
      throw error;
    });
    this.replay(row);
    reservation.commit();
    this.#options.onRows(rows, draft.cause().source);
    for (const effect of draft.effects) this.#take(effect);
  }

  async #write(row: JournalRow): Promise<void> {
    const { store, log, guildId } = this.#options;
    try {
      await store.journal.append(row);
      this.#writable = true;
    } catch (error) {
      this.#writable = false;
      log.error({ err: error, guildId, command: row.command }, 'a change could not be written');
      throw new ShardError('store.failed');
    }
  }

  #take(effect: (outside: Outside) => void): void {
    try {
      effect(this.#options);
    } catch (error) {
      this.#options.log.error(
        { err: error, guildId: this.#options.guildId },
        'what follows a change could not be done',
      );
    }
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

/** Something was done to the world and could not be recorded. That nobody was connected is an outcome like another. */
function unrecorded(error: unknown): never {
  if (error instanceof ShardError && error.kind === 'absent') throw error;
  throw new ShardError('client.unrecorded');
}
