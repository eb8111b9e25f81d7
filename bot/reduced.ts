/** What does not work at the moment, in sentences for people, by what it is about. */
export class Reduced {
  readonly #reasons = new Map<string, string>();
  readonly #onChange: (reasons: readonly string[]) => void;

  /** `onChange` gets all sentences whenever one came or went. */
  constructor(onChange: (reasons: readonly string[]) => void) {
    this.#onChange = onChange;
  }

  get reasons(): readonly string[] {
    return [...this.#reasons.values()];
  }

  /** Says what is reduced about a thing. */
  set(thing: string, sentence: string): void {
    if (this.#reasons.get(thing) === sentence) return;
    this.#reasons.set(thing, sentence);
    this.#onChange(this.reasons);
  }
}
