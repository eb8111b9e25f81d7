import type { OutStream } from '../send.ts';
import type { Mix } from './mix.ts';
import type { Speaker } from './speaker.ts';

/** Somewhere people listen, and how they hear who speaks there. */
export type Hearing =
  | { kind: 'silence' }
  /** One speaker: their packets as they are. */
  | { kind: 'passing'; speaker: Speaker }
  /** On its way to a mix since then; `passed` was heard until then, and goes on in the middle of the word. */
  | { kind: 'waiting'; passed: Speaker | undefined; since: number }
  | { kind: 'mixed'; mix: Mix };

/** A sink while it hears somebody. */
export class Place {
  readonly channelId: string;
  readonly speakers: Speaker[] = [];
  /** Those of them whose frames are kept until the mix begins, or takes them in. */
  readonly held: Speaker[] = [];
  hearing: Hearing = { kind: 'silence' };
  /** Ticks since there is one speaker left in its mix. */
  solo = 0;
  readonly #out: () => OutStream | undefined;

  /** `out` answers where its sound goes, or undefined while nobody serves it. */
  constructor(channelId: string, out: () => OutStream | undefined) {
    this.channelId = channelId;
    this.#out = out;
  }

  get out(): OutStream | undefined {
    return this.#out();
  }

  /** Names the set of its speakers: the same for places that hear the same people. */
  get key(): string {
    return this.speakers
      .map(({ userId }) => userId)
      .sort()
      .join();
  }
}
