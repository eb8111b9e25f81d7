import type { Route } from '../../shard/radio/routing.ts';
import type { Frame } from './receive.ts';
import { SoundNumbers } from './sound-numbers.ts';

/**
 * Carries frames to the programs that listen: as they were spoken, and each speaker by themselves. Whom a frame is for
 * stands in the route; a packet costs one object, whose first reader makes bytes of it for all.
 */
export class ListenerBus {
  readonly #numbers = new SoundNumbers();

  /** Sends a frame to every program that hears this route. */
  publish({ netId, ears }: Pick<Route, 'netId' | 'ears'>, frame: Frame): void {
    if (ears.length === 0) return;
    const { userId, opus } = frame;
    const sound = { netId, userId, sequence: this.#numbers.next(netId, frame), opus };
    for (const ear of ears) ear.hear(sound);
  }

  /** Somebody keyed up: what they send until they speak again is no loss. */
  keyUp(userId: string): void {
    this.#numbers.rest(userId);
  }
}
