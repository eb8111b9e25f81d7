import { expect } from 'chai';
import type { Heard } from '../../support/heard.ts';
import { until } from '../../support/until.ts';
import type { Bridge } from './bridge.ts';

/** What a fault is given, as `POST /faults` takes it. */
export interface FaultBody {
  kind: string;
  bot?: string;
  [option: string]: unknown;
}

/** Speech must be back this long after a fault. */
const BACK_WITHIN_MS = 3000;
/** Frames that have to be heard before the fault and after it. */
const FRAMES = 15;
const TONE_HZ = 440;

/** Frames of sound in spurts. */
const soundIn = (spurts: readonly Heard[]): number =>
  spurts.reduce((sum, { packets, silenceFrames }) => sum + packets - silenceFrames, 0);

/** A net over Alpha and Bravo with a speaker, two listeners, and somebody on another net who is to hear nothing. */
export class FaultTrial {
  readonly #bridge: Bridge;

  private constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  static async begin(bridge: Bridge): Promise<FaultTrial> {
    await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca', 'Tomas Reyes']);
    await bridge.net('Dirt', ['Ground'], ['Kofi Mensah']);
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Tomas Reyes', 'Bravo');
    await bridge.sit('Kofi Mensah', 'Ground');
    await bridge.served('Air');
    await bridge.heardAgain('Freya Lund', 'Sorin Dalca', 5000);
    return new FaultTrial(bridge);
  }

  /**
   * Has faults strike in the middle of a talk and waits until the talk is heard again, in time; then makes sure that nothing
   * was heard but the talk, its pitch within `withinHz`. Where the speaker was struck too, what was not said is not missed.
   * Faults that last are taken back when `isOver`.
   */
  async survives(
    faults: readonly FaultBody[],
    { withinHz = 10, isOver = () => true }: { withinHz?: number; isOver?: () => boolean } = {},
  ): Promise<void> {
    const bridge = this.#bridge;
    const since = new Date();
    const talk = bridge.speak('Freya Lund', TONE_HZ, 10_000).catch(() => {});
    await until(async () => soundIn(await bridge.heard('Sorin Dalca', since)) >= FRAMES);
    const begun: string[] = [];
    for (const fault of faults) begun.push((await bridge.control<{ id: string }>('POST', '/faults', fault)).id);
    // What is on its way, or in a socket's buffer, when the fault strikes does not count as heard after it.
    const before = soundIn(await bridge.heard('Sorin Dalca', since)) + 5;
    await until(async () => soundIn(await bridge.heard('Sorin Dalca', since)) >= before + FRAMES, BACK_WITHIN_MS);
    await until(isOver);
    await bridge.served('Air');
    for (const id of begun) await bridge.control('DELETE', `/faults/${id}`);
    // A short word in place of the long one ends the talk.
    await bridge.speak('Freya Lund', TONE_HZ, 100);
    await talk;
    await this.onlyTheTalk(since, withinHz);
  }

  /** Has faults strike in the middle of a talk of 1.2 s, and makes sure that every frame of it was heard. */
  async losesNothing(faults: readonly FaultBody[]): Promise<void> {
    const bridge = this.#bridge;
    const since = new Date();
    const talk = bridge.speak('Freya Lund', TONE_HZ, 1200);
    await until(async () => soundIn(await bridge.heard('Sorin Dalca', since)) >= FRAMES);
    for (const fault of faults) await bridge.control('POST', '/faults', fault);
    await talk;
    const heard = await bridge.heardEnd('Sorin Dalca', since);
    expect(heard).to.have.length(1);
    expect(heard[0]).to.include({ packets: 65, silenceFrames: 5, lost: 0, outOfOrder: 0, undecryptable: 0 });
    await this.onlyTheTalk(since);
  }

  /** Nobody heard anything but the tone, and who is on another net heard nothing. */
  async onlyTheTalk(since: Date, withinHz = 10): Promise<void> {
    const bridge = this.#bridge;
    for (const listener of ['Sorin Dalca', 'Tomas Reyes']) {
      const heard = await bridge.heard(listener, since);
      const wrong = heard.filter(
        ({ undecryptable, peakHz }) => undecryptable > 0 || peakHz.some((hz) => Math.abs(hz - TONE_HZ) > withinHz),
      );
      expect(wrong, `${listener} heard more than was said`).to.deep.equal([]);
    }
    expect(await bridge.heard('Kofi Mensah', since)).to.deep.equal([]);
    const { errors } = this;
    expect(errors).to.deep.equal([]);
  }

  /** Log lines that say that we, not Discord, did something wrong. */
  get errors(): string[] {
    return this.#bridge.logged.filter((line) => /TypeError|ReferenceError|RangeError|a voice packet failed/.test(line));
  }
}
