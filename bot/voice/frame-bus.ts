import type { Frame } from './receive.ts';
import type { OutStream } from './send.ts';

/** Where a frame is to be heard; the shard's routes have it. */
export interface Destination {
  /** Channel ids. */
  readonly sinks: readonly string[];
}

/**
 * Carries frames to the channels they are to be heard in. In this process today; nets are not known here, only channels, so
 * that workers on other machines could be reached in the same way.
 */
export class FrameBus {
  readonly #outOf: (channelId: string) => OutStream | undefined;

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
    return unserved;
  }

  /** The transmission that went to these channels is over. */
  end(sinks: readonly string[]): void {
    for (const channelId of sinks) this.#outOf(channelId)?.end();
  }
}
