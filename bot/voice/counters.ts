/** What a voice connection did, in plain numbers. */
export class Counters {
  /** Frames that came in and were authenticated. */
  in = 0;
  /** Frames that went out. */
  out = 0;
  /** DAVE recoveries begun. */
  recoveries = 0;
  /** Frames that a mix had to make up. */
  concealed = 0;
  readonly #dropped = new Map<string, number>();

  /** Counts something that was not passed on. Reasons are a closed set of words: the map stays small. */
  drop(reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  /** How often something was dropped for this reason. */
  dropped(reason: string): number {
    return this.#dropped.get(reason) ?? 0;
  }

  /** Adds what another connection did. */
  add(other: Counters): void {
    this.in += other.in;
    this.out += other.out;
    this.recoveries += other.recoveries;
    this.concealed += other.concealed;
    for (const [reason, count] of other.#dropped) this.#dropped.set(reason, this.dropped(reason) + count);
  }

  /** For the log. */
  report(): { in: number; out: number; recoveries: number; dropped: Record<string, number> } {
    return { in: this.in, out: this.out, recoveries: this.recoveries, dropped: Object.fromEntries(this.#dropped) };
  }
}
