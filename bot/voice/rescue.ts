import type { VoiceConnection } from '@discordjs/voice';
import type { Log } from '../../shard/ports.ts';
import type { CallHistory } from './call-history.ts';
import { daveOf } from './call-state.ts';
import type { Counters } from './counters.ts';
import type { DaveDrop } from './dave-gate.ts';
import type { RecoveryStep } from './dave-recovery.ts';
import type { Speakers } from './speakers.ts';

/** What a rescue works with. */
export interface RescueOptions {
  history: CallHistory;
  connection: () => VoiceConnection | undefined;
  speakers: Speakers;
  counters: Counters;
  log: Log;
  /** Which call it is, for the log. */
  where: object;
  /** This account does not get into the call's encryption; another may. */
  onGivenUp: (reason: string) => void;
  /** Nobody can be heard here, whatever was tried, or somebody can again. */
  onDeaf: (deaf: boolean) => void;
}

/** Takes the steps out of a broken end-to-end encryption that the channel's history says are due. */
export class Rescue {
  readonly #options: RescueOptions;

  constructor(options: RescueOptions) {
    this.#options = options;
  }

  /** A frame of this stream was decrypted. */
  decrypted(ssrc: number): void {
    const { history, onDeaf } = this.#options;
    history.recovery.succeeded(ssrc);
    if (!history.deaf) return;
    history.deaf = false;
    onDeaf(false);
  }

  /** A frame of this stream could not be opened. */
  undecryptable(reason: Exclude<DaveDrop, 'unauthenticated'>, ssrc: number): void {
    if (reason === 'dave-failed') this.#take(this.#options.history.recovery.failed(ssrc));
    else this.notReady();
  }

  /** Something could not be opened, or sent, because there is no encryption to do it with. */
  notReady(): void {
    this.#take(this.#options.history.recovery.notReady());
  }

  #take(step: RecoveryStep | undefined): void {
    if (!step) return;
    const { counters, speakers, log, where, connection, onGivenUp } = this.#options;
    counters.recoveries++;
    speakers.retry();
    log.warn({ ...where, step, ...counters.report() }, 'recovering end-to-end encryption');
    if (step === 'tell') this.#tell();
    else if (step === 'replace') onGivenUp('end-to-end encryption does not recover');
    else if (step === 'rejoin' || !this.#reinit()) {
      // A new voice session on the same ticket; the gateway would not answer a request for the channel we are in.
      connection()?.configureNetworking();
    }
  }

  /** Tells the server that we are lost and offers a new key package (DAVE op 31); it adds us to the group again. */
  #reinit(): boolean {
    const connection = this.#options.connection();
    const dave = connection && daveOf(connection);
    // A session that was told that the call is unencrypted has no group to be added to.
    if (!dave || dave.protocolVersion === 0) return false;
    try {
      dave.reinitializing = false;
      dave.recoverFromInvalidTransition(dave.lastTransitionId ?? 0);
      return true;
    } catch {
      // It holds something it cannot work with, such as an unknown version.
      return false;
    }
  }

  #tell(): void {
    const { history, log, where, onDeaf } = this.#options;
    log.error(where, 'end-to-end encryption does not recover: change the voice region of the channel');
    history.deaf = true;
    onDeaf(true);
  }
}
