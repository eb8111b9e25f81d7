import type { WorkerState } from '../../shard/facts.ts';
import type { ChannelNeed, Clock, Log, Voice, VoiceStats } from '../../shard/ports.ts';
import type { Radio } from '../../shard/radio/radio.ts';
import { safely } from '../safely.ts';
import { type Account, guildOf } from './account.ts';
import { allocate } from './allocate.ts';
import { CallHistory } from './call-history.ts';
import { Eligibility } from './eligibility.ts';
import { FrameBus, type MixOptions } from './frame-bus.ts';
import { Link } from './link.ts';
import { ListenerBus } from './listener-bus.ts';
import type { Pace } from './pace.ts';
import type { Frame } from './receive.ts';
import { type CallEvents, Seat } from './seat.ts';
import { VoiceTotals } from './voice-totals.ts';

/** What the voice of one guild needs. */
export interface GuildVoiceOptions {
  guildId: string;
  clock: Clock;
  log: Log;
  pace: Pace;
  /** The accounts there are now; the same object is kept up to date. */
  accounts: ReadonlyMap<string, Account>;
  /** The guild's radio, once its shard is open. */
  radio: () => Radio | undefined;
  /** Whether a user is a bot, as far as Discord told. */
  isBot: (userId: string) => boolean;
  mix: MixOptions;
  /** How the needs are met changed. */
  onWorkers: (channels: ReadonlyMap<string, WorkerState>) => void;
  /** The channels in which nobody can be heard, whatever was tried, changed. */
  onDeaf: (channelIds: readonly string[]) => void;
}

/** Channels remembered; a guild has 500 at most. */
const MAX_HISTORIES = 500;

/** The voice workers of one guild: decides who serves which channel and carries the frames between them. */
export class GuildVoice implements Voice {
  readonly #options: GuildVoiceOptions;
  readonly #seats = new Map<string, Seat<Link>>();
  readonly #bus: FrameBus;
  readonly #listeners = new ListenerBus();
  readonly #eligibility: Eligibility;
  readonly #totals = new VoiceTotals();
  /** Channel → the link that serves it now. */
  readonly #links = new Map<string, Link>();
  readonly #histories = new Map<string, CallHistory>();
  /** Channels that need an account, the most wanted first. */
  #needs: readonly string[] = [];
  #reported = '';
  #missing = '';
  #deaf = '';
  #planned = false;
  #closed = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: GuildVoiceOptions) {
    this.#options = options;
    this.#eligibility = new Eligibility(options.guildId);
    this.#bus = new FrameBus({
      clock: options.clock,
      mix: options.mix,
      counters: this.#totals.mixing,
      outOf: (channelId) => this.#links.get(channelId)?.out,
    });
  }

  serve(needs: readonly ChannelNeed[]): void {
    const channelIds = needs.map(({ channelId }) => channelId);
    // People come and go all the time; only which channels need somebody, and in what order, decides who goes where.
    if (this.#closed || channelIds.join() === this.#needs.join()) return;
    this.#needs = channelIds;
    this.#tellDeaf();
    this.plan();
  }

  endTransmission(userId: string, sinks: readonly string[]): void {
    this.#bus.end(userId, sinks);
  }

  stats(): VoiceStats {
    const { accounts } = this.#options;
    const activities = [...accounts.keys()].map((accountId) => this.#seats.get(accountId)?.state.kind ?? 'idle');
    return this.#totals.stats(activities, this.#links);
  }

  /** Something changed that the allocation depends on: looks at it again, once per tick. */
  plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(
      safely(this.#options.log, 'voice plan', () => {
        this.#planned = false;
        this.#reconcile();
      }),
    );
  }

  /** What an account may do here may have changed: roles, channels, its own membership. */
  changed(accountId: string): void {
    this.#eligibility.forget(accountId);
    this.plan();
  }

  /** Discord says where an account is. */
  located(accountId: string, channelId: string | null): void {
    this.#seats.get(accountId)?.located(channelId);
  }

  /** An account has a new gateway session, or its old one again (`resumed`). */
  renewed(accountId: string, resumed: boolean): void {
    const seat = this.#seats.get(accountId);
    if (resumed) seat?.retry();
    else seat?.renew();
    this.changed(accountId);
  }

  /** Leaves every channel and takes no more; resolves when everyone is out (a leave gives up waiting after 2 s). */
  async close(): Promise<void> {
    this.#closed = true;
    this.#bus.stop();
    this.#needs = [];
    this.#reconcile();
    if (!this.#empty()) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  #empty(): boolean {
    return [...this.#seats.values()].every(({ state }) => state.kind === 'idle');
  }

  #reconcile(): void {
    const { accounts } = this.#options;
    const allocation = this.#allocation();
    for (const [accountId, seat] of this.#seats) {
      if (!allocation.has(accountId)) seat.aim(null);
      if (!accounts.has(accountId)) this.#seats.delete(accountId);
    }
    for (const [accountId, channelId] of allocation) this.#seat(accountId).aim(channelId);
    this.#report(new Map([...allocation].map(([accountId, channelId]) => [channelId, accountId])));
  }

  #allocation(): Map<string, string> {
    const { accounts } = this.#options;
    const current = new Map<string, string>();
    for (const [accountId, { target }] of this.#seats) if (target !== null) current.set(accountId, target);
    return allocate({
      needs: this.#needs,
      accounts: [...accounts.keys()],
      current,
      eligible: (accountId, channelId) => this.#eligible(accountId, channelId),
    });
  }

  #eligible(accountId: string, channelId: string): boolean {
    const account = this.#options.accounts.get(accountId);
    return account !== undefined && this.#eligibility.maySeat(account, channelId, this.#seats.get(accountId));
  }

  #seat(accountId: string): Seat<Link> {
    const known = this.#seats.get(accountId);
    if (known) return known;
    const { clock, log, guildId } = this.#options;
    const seat = new Seat<Link>({
      clock,
      call: (channelId, events) => this.#link(accountId, channelId, events),
      onChange: () => this.#moved(),
      onFailed: (channelId, reason, retryInMs) =>
        log.warn(
          { guildId, channelId, account: this.#name(accountId), reason, retryInMs },
          'a voice worker lost its channel',
        ),
    });
    this.#seats.set(accountId, seat);
    return seat;
  }

  #link(accountId: string, channelId: string, events: CallEvents): Link | undefined {
    const account = this.#options.accounts.get(accountId);
    const guild = account && guildOf(account, this.#options.guildId);
    if (!guild) return undefined;
    const { guildId, clock, log, pace } = this.#options;
    const link = new Link({
      guildId,
      channelId,
      accountId,
      adapterCreator: guild.voiceAdapterCreator,
      clock,
      log,
      pace,
      history: this.#history(channelId),
      onFrame: (frame) => this.#relay(channelId, frame),
      onDeaf: () => this.#tellDeaf(),
      ...events,
    });
    this.#totals.follow(link);
    return link;
  }

  /** Where nobody is to be heard, it does not matter that nobody can. */
  #tellDeaf(): void {
    const deaf = this.#needs.filter((channelId) => this.#histories.get(channelId)?.deaf);
    if (deaf.join() === this.#deaf) return;
    this.#deaf = deaf.join();
    this.#options.onDeaf(deaf);
  }

  #history(channelId: string): CallHistory {
    const known = this.#histories.get(channelId);
    if (known) return known;
    const [oldest] = this.#histories.keys();
    if (this.#histories.size >= MAX_HISTORIES && oldest !== undefined) this.#histories.delete(oldest);
    const { clock } = this.#options;
    const begun = new CallHistory(() => clock.now());
    this.#histories.set(channelId, begun);
    return begun;
  }

  /** A frame somebody spoke in a channel of ours: the hot path. Answers why it was not passed on, if it was not. */
  #relay(channelId: string, frame: Frame): string | undefined {
    const dropped = this.#passOn(channelId, frame);
    this.#totals.speakers.count(frame.userId, dropped !== undefined);
    return dropped;
  }

  #passOn(channelId: string, frame: Frame): string | undefined {
    if (this.#options.isBot(frame.userId)) return 'bot';
    const route = this.#options.radio()?.frame(channelId, frame.userId, frame.silence);
    // The radio knows of the key-up now, and says `endTransmission` if there was something to end.
    if (frame.silence) {
      this.#listeners.keyUp(frame.userId);
      return undefined;
    }
    if (!route) return 'unrouted';
    this.#listeners.publish(route, frame);
    return this.#bus.publish(route, frame) > 0 ? 'sink-unserved' : undefined;
  }

  #moved(): void {
    this.#links.clear();
    for (const { state } of this.#seats.values()) {
      if (state.kind === 'joining' || state.kind === 'serving') this.#links.set(state.channelId, state.call);
    }
    if (this.#onEmpty && this.#empty()) this.#onEmpty();
    this.plan();
  }

  #report(accountOf: ReadonlyMap<string, string>): void {
    const channels = new Map<string, WorkerState>();
    for (const channelId of this.#needs) channels.set(channelId, this.#workerState(accountOf.get(channelId)));
    const text = JSON.stringify([...channels]);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#options.onWorkers(channels);
    this.#warn([...channels.keys()].filter((channelId) => channels.get(channelId) === 'missing'));
  }

  #workerState(accountId: string | undefined): WorkerState {
    if (accountId === undefined) return 'missing';
    return this.#seats.get(accountId)?.state.kind === 'serving' ? 'ok' : 'joining';
  }

  #warn(missing: readonly string[]): void {
    const text = missing.join();
    if (text === this.#missing) return;
    this.#missing = text;
    const { log, guildId, accounts } = this.#options;
    const advice = 'add worker tokens, invite the workers, or give them View Channel, Connect and Speak there';
    if (text) log.warn({ guildId, missing, accounts: accounts.size }, `channels lack a voice worker: ${advice}`);
    else log.info({ guildId }, 'every needed channel has a voice worker again');
  }

  #name(accountId: string): string {
    return this.#options.accounts.get(accountId)?.name ?? accountId;
  }
}
