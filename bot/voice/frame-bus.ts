import type { Route } from '../../shard/radio/routing.ts';
import type { Frame } from './receive.ts';
import type { OutStream } from './send.ts';
import { SoundNumbers } from './sound-numbers.ts';

/** Where a frame is to be heard; the shard's routes have it. */
type Destination = Pick<Route, 'netId' | 'sinks' | 'ears'>;

/**
 * Carries frames to the channels they are to be heard in and to the programs that listen. In this process today; nets are
 * not known here but by name, so that workers on other machines could be reached in the same way.
 */
export class FrameBus {
  readonly #outOf: (channelId: string) => OutStream | undefined;
  readonly #numbers = new SoundNumbers();

  /** `outOf` answers what a channel hears, or undefined while nobody serves it. */
  constructor(outOf: (channelId: string) => OutStream | undefined) {
    this.#outOf = outOf;
  }

  /** Sends a frame to every sink now. Answers how many sinks nobody serves. */
  publish(destination: Destination, frame: Frame): number {
    let unserved = 0;
    for (const channelId of destination.sinks) {
      const out = this.#outOf(channelId);
      if (out) out.send(frame);
      else unserved++;
    }
    if (destination.ears.length > 0) this.#toListeners(destination, frame);
    return unserved;
  }

  /** Somebody keyed up: programs that listen count on from here. */
  keyUp(userId: string): void {
    this.#numbers.rest(userId);
  }

  /** One object for all of them, whose first reader makes a packet of it. */
  #toListeners({ netId, ears }: Destination, frame: Frame): void {
    const { userId, opus } = frame;
    const sound = { netId, userId, sequence: this.#numbers.next(netId, frame), opus };
    for (const ear of ears) ear.hear(sound);
  }

  /** The transmission that went to these channels is over. */
  end(sinks: readonly string[]): void {
    for (const channelId of sinks) this.#outOf(channelId)?.end();
  }
}
