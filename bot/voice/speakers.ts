import type { SSRCMap } from '@discordjs/voice';

/** Unknown streams remembered at once; more than a full voice channel (99 people) has. */
const MAX_UNKNOWN = 128;
/** Every packet of an unknown stream is tried this many times, then one in `RETRY_EVERY` (a second at 50 a second). */
const EAGER_TRIES = 10;
const RETRY_EVERY = 50;

/**
 * Who sends which RTP stream of a call. Learnt from op 5, which may come late or not at all, and from whose key opens the
 * stream's frames.
 */
export class Speakers {
  readonly #users = new Map<number, string>();
  readonly #tries = new Map<number, number>();

  /** Follows the announcements of a connection. Its own map keeps entries of past sessions: `clear` forgets ours. */
  follow(announced: SSRCMap): void {
    announced.on('update', (_, { userId, audioSSRC }) => this.learn(audioSSRC, userId));
    announced.on('delete', ({ audioSSRC }) => this.#users.delete(audioSSRC));
  }

  get(ssrc: number): string | undefined {
    return this.#users.get(ssrc);
  }

  /** A person has one stream: an older one of theirs is forgotten. */
  learn(ssrc: number, userId: string): void {
    if (this.#users.get(ssrc) === userId) return;
    for (const [other, user] of this.#users) if (user === userId) this.#users.delete(other);
    this.#users.set(ssrc, userId);
    this.#tries.delete(ssrc);
  }

  /**
   * Finds out whose key opens a frame of an unknown stream: `opens` is tried with each candidate, people without a stream
   * first (about 3 µs each, measured). Bounded: a stream that nobody's key opens is soon tried only once a second.
   */
  identify(ssrc: number, candidates: Iterable<string>, opens: (userId: string) => boolean): string | undefined {
    if (!this.#mayTry(ssrc)) return undefined;
    const known = new Set(this.#users.values());
    const all = [...candidates];
    const ordered = [...all.filter((id) => !known.has(id)), ...all.filter((id) => known.has(id))];
    const found = ordered.find(opens);
    if (found !== undefined) this.learn(ssrc, found);
    return found;
  }

  /** The keys are new, or will be: every unknown stream is worth trying again. */
  retry(): void {
    this.#tries.clear();
  }

  /** Forgets everyone: a new voice session numbers its streams anew. */
  clear(): void {
    this.#users.clear();
    this.#tries.clear();
  }

  #mayTry(ssrc: number): boolean {
    if (this.#tries.size >= MAX_UNKNOWN) this.#tries.clear();
    const tries = (this.#tries.get(ssrc) ?? 0) + 1;
    this.#tries.set(ssrc, tries);
    return tries <= EAGER_TRIES || tries % RETRY_EVERY === 0;
  }
}
