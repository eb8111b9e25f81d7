/** Spares kept: more speakers or mixes than this at once are rare, and making a codec takes a tenth of a millisecond. */
const MOST_SPARES = 32;

/** Codecs that are not used now: they are native objects, and are used again instead of being left to the collector. */
export class Spares<T extends { reset(): void }> {
  readonly #make: () => T;
  readonly #spares: T[] = [];

  constructor(make: () => T) {
    this.#make = make;
  }

  /** One that remembers nothing. */
  take(): T {
    return this.#spares.pop() ?? this.#make();
  }

  give(codec: T): void {
    codec.reset();
    if (this.#spares.length < MOST_SPARES) this.#spares.push(codec);
  }
}
