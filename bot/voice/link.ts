import {
  type ConnectionData,
  type DiscordGatewayAdapterCreator,
  joinVoiceChannel,
  type VoiceConnection,
  type VoiceConnectionState,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import type { Clock, Log } from '../../shard/ports.ts';
import type { CallHistory } from './call-history.ts';
import { daveOf, sendable, transportKey } from './call-state.ts';
import { Counters } from './counters.ts';
import { sendRefusal } from './dave-gate.ts';
import { daveRefusals, installDaveGuard } from './dave-guard.ts';
import type { Pace } from './pace.ts';
import { type Call, type Frame, Receiver } from './receive.ts';
import { Rescue } from './rescue.ts';
import { OutStream } from './send.ts';
import { Speakers } from './speakers.ts';
import { Spurts } from './spurts.ts';

/** A call that is not up after this long will not come up: a full channel, say, gives no answer at all. */
const READY_WITHIN_MS = 15_000;
/** The library asks for the channel again at once whenever the voice server closes the call: more often than this, we step in. */
const MOST_RESTARTS = 5;
const RESTARTS_WITHIN_MS = 10_000;
/** The end of a call that is not to be joined again at once (Discord, "Voice close event codes"): rate limited, terminated. */
const FINAL_CODES: ReadonlySet<number> = new Set([4021, 4022]);
/** A kick, or a call that goes on at another address: where it is we hear within a fraction of a second, if it is the latter. */
const MOVED_OR_KICKED = 4014;
const MOVED_WITHIN_MS = 500;

/** What a link needs to be told. */
export interface LinkOptions {
  guildId: string;
  channelId: string;
  /** The account's user id. It is the library's `group` too: without one, a second account gets the first one's connection. */
  accountId: string;
  adapterCreator: DiscordGatewayAdapterCreator;
  clock: Clock;
  log: Log;
  pace: Pace;
  /** The channel's, which outlives this link. */
  history: CallHistory;
  /** Takes a frame somebody spoke in the channel. Answers why it was not passed on, if it was not; that is counted. */
  onFrame: (frame: Frame) => string | undefined;
  /** The call is up, or is being set up again. */
  onReady: (ready: boolean) => void;
  /** The call is over and will not come back by itself. Not called after `leave`. */
  onLost: (reason: string) => void;
  /** Nobody can be heard here, whatever was tried, or somebody can again. */
  onDeaf: (deaf: boolean) => void;
}

/** One account's connection to one voice channel, from joining to leaving. */
export class Link {
  readonly out: OutStream;
  /** What it did so far. */
  readonly counters = new Counters();
  readonly #options: LinkOptions;
  readonly #speakers = new Speakers();
  readonly #rescue: Rescue;
  readonly #receiver: Receiver;
  #connection: VoiceConnection | undefined;
  #left = false;
  #cancelDeadline: (() => void) | undefined;
  #cancelMove: (() => void) | undefined;
  #restarts = 0;
  #restartsSince = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    const now = () => options.clock.now();
    this.#rescue = new Rescue({
      history: options.history,
      connection: () => this.#connection,
      speakers: this.#speakers,
      counters: this.counters,
      log: options.log,
      where: this.#where(),
      onGivenUp: (reason) => this.#lose(reason),
      onDeaf: options.onDeaf,
    });
    this.out = new OutStream(
      { position: () => this.#position(), send: (opus) => this.#play(opus), quiet: () => this.#quiet() },
      this.counters,
      now,
    );
    this.#receiver = new Receiver({
      call: this.#call(),
      speakers: this.#speakers,
      spurts: new Spurts(),
      counters: this.counters,
      events: {
        onFrame: (frame) => this.#onFrame(frame),
        onDecrypted: (ssrc) => this.#rescue.decrypted(ssrc),
        onUndecryptable: (reason, ssrc) => this.#rescue.undecryptable(reason, ssrc),
      },
      now,
    });
  }

  /** Whether it was left or lost: nothing happens in it any more. */
  get isOver(): boolean {
    return this.#left;
  }

  /** Asks Discord to let the account in, as soon as other joins allow. The rest is told by `onReady` and `onLost`. */
  join(): void {
    this.#options.pace.run(() => {
      try {
        this.#join();
      } catch (error) {
        this.#options.log.error({ err: error, ...this.#where() }, 'a voice channel cannot be joined');
        this.#lose('joining failed');
      }
    });
  }

  #join(): void {
    if (this.#left) return;
    installDaveGuard();
    const { guildId, channelId, accountId, adapterCreator } = this.#options;
    this.#awaitReady();
    const connection = joinVoiceChannel({ guildId, channelId, group: accountId, adapterCreator, selfDeaf: false });
    this.#connection = connection;
    // In the same tick: the connection reads this property each time it binds a new socket.
    connection.receiver.onUdpMessage = (datagram) => this.#onDatagram(datagram);
    this.#speakers.follow(connection.receiver.ssrcMap);
    connection.on('error', (error) =>
      this.#options.log.warn({ err: error, ...this.#where() }, 'voice connection error'),
    );
    connection.on('transitioned', () => this.#dave());
    connection.on('stateChange', (before, after) => this.#changed(before, after));
    if (connection.state.status === VoiceConnectionStatus.Disconnected) this.#lose('the gateway is not connected');
  }

  /**
   * Asks the gateway for the same channel again. Needed after a new gateway session: the voice session belongs to the old
   * one. Discord answers with a new voice session; where it does not, the one there is goes on.
   */
  rejoin(): void {
    if (!this.#left) this.#connection?.rejoin();
  }

  /** Leaves the channel for good and says what was done there. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#cancelDeadline?.();
    this.#cancelMove?.();
    const connection = this.#connection;
    if (connection && connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
    if (!connection) return;
    const report = { ...this.#where(), ...this.counters.report(), daveRefusals: daveRefusals.count };
    this.#options.log.info(report, 'left a voice channel');
  }

  #onDatagram(datagram: Buffer): void {
    try {
      this.#receiver.onDatagram(datagram);
    } catch (error) {
      // Ours to mend, but no reason to end every call. Told once: it would come fifty times a second.
      this.counters.drop('error');
      if (this.counters.dropped('error') === 1)
        this.#options.log.error({ err: error, ...this.#where() }, 'a voice packet failed');
    }
  }

  #onFrame(frame: Frame): void {
    const dropped = this.#options.onFrame(frame);
    if (dropped !== undefined) this.counters.drop(dropped);
  }

  #call(): Call {
    const data = () => this.#connection?.receiver.connectionData ?? {};
    return {
      key: () => transportKey(data()),
      dave: () => this.#dave(),
      sealed: () => this.#options.history.sealed,
      candidates: () => data().connectedClients ?? [],
    };
  }

  #dave() {
    const dave = this.#connection && daveOf(this.#connection);
    if (dave && dave.protocolVersion > 0) this.#options.history.sealed = true;
    return dave;
  }

  /** Where the next packet stands; nothing is sent in the clear once the call is encrypted. */
  #position(): ConnectionData | string {
    const data = this.#connection && sendable(this.#connection);
    const dave = this.#dave();
    const refusal = sendRefusal(dave, this.#options.history.sealed);
    const isOurs = refusal === 'sink-dave-not-ready' || refusal === 'sink-downgraded';
    // Who is alone in a call is in no group: that is as it should be.
    if (isOurs && (this.#connection?.receiver.connectionData.connectedClients?.size ?? 0) > 0) this.#rescue.notReady();
    return refusal ?? data ?? 'sink-not-ready';
  }

  #play(opus: Buffer): void {
    this.#connection?.playOpusPacket(opus);
  }

  #quiet(): void {
    this.#connection?.setSpeaking(false);
  }

  #changed(before: VoiceConnectionState, after: VoiceConnectionState): void {
    if (this.#left) return;
    const networking = 'networking' in after ? after.networking : undefined;
    const previous = 'networking' in before ? before.networking : undefined;
    // A new voice session numbers its streams anew.
    if (networking !== previous) {
      this.#speakers.clear();
      this.#options.history.recovery.clear();
      // Ahead of the library's own listener, which would ask for the channel again whatever the code.
      networking?.prependOnceListener('close', (code) => {
        if (FINAL_CODES.has(code)) this.#lose(`closed with ${code}`);
      });
    }
    if (before.status === after.status) return;
    this.#cancelMove?.();
    this.#cancelMove = undefined;
    this.#entered(before, after);
  }

  #entered(before: VoiceConnectionState, after: VoiceConnectionState): void {
    if (after.status === VoiceConnectionStatus.Ready) this.#ready();
    else if (after.status === VoiceConnectionStatus.Destroyed) this.#lose('the connection was destroyed');
    else if (after.status === VoiceConnectionStatus.Disconnected) {
      this.#disconnected('closeCode' in after ? after.closeCode : undefined);
    } else if (after.status === VoiceConnectionStatus.Signalling && this.#restartedTooOften()) {
      this.#lose('the voice server closes the call again and again');
    } else {
      this.#awaitReady();
      if (before.status === VoiceConnectionStatus.Ready) this.#options.onReady(false);
    }
  }

  /** 4014 is what a kick is closed with, which Discord tells us of besides, and a call that goes on elsewhere. */
  #disconnected(closeCode: number | undefined): void {
    const reason = closeCode === undefined ? 'disconnected' : `closed with ${closeCode}`;
    if (closeCode !== MOVED_OR_KICKED) this.#lose(reason);
    else this.#cancelMove = this.#options.clock.after(MOVED_WITHIN_MS, () => this.#lose(reason));
  }

  #restartedTooOften(): boolean {
    const now = this.#options.clock.now();
    if (now - this.#restartsSince > RESTARTS_WITHIN_MS) {
      this.#restarts = 0;
      this.#restartsSince = now;
    }
    this.#restarts++;
    return this.#restarts > MOST_RESTARTS;
  }

  #ready(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    this.#dave(); // The call may be encrypted from here on, whether or not somebody speaks.
    const data = this.#connection?.receiver.connectionData;
    if (data && !transportKey(data)) {
      this.#options.log.error(
        this.#where(),
        `voice encryption mode ${data.encryptionMode} is not supported: nothing is heard here`,
      );
    }
    this.#options.onReady(true);
  }

  #awaitReady(): void {
    if (this.#cancelDeadline) return;
    this.#cancelDeadline = this.#options.clock.after(READY_WITHIN_MS, () => {
      this.#lose(`the call did not come up within ${READY_WITHIN_MS / 1000} s (is the channel full?)`);
    });
  }

  #lose(reason: string): void {
    if (this.#left) return;
    this.leave();
    this.#options.onLost(reason);
  }

  #where(): { guildId: string; channelId: string; accountId: string } {
    const { guildId, channelId, accountId } = this.#options;
    return { guildId, channelId, accountId };
  }
}
