/** Where a word stands in a document. */
export const NAME = 1;
export const TAG = 2;
export const NOTES = 4;

/** A posting is a document's number, moved up by this, and the bits above. */
export const FIELD_BITS = 3;

/** A word and the documents that have it. */
export class Term {
  readonly text: string;
  /** Ascending. */
  readonly postings: number[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** Adds a document that is not in it. */
  add(doc: number, fields: number): void {
    const posting = (doc << FIELD_BITS) | fields;
    const last = this.postings.at(-1);
    if (last === undefined || last < posting) this.postings.push(posting);
    else this.postings.splice(this.#place(doc), 0, posting);
  }

  /** Removes a document that is in it. */
  remove(doc: number): void {
    this.postings.splice(this.#place(doc), 1);
  }

  #place(doc: number): number {
    const posting = doc << FIELD_BITS;
    let [low, high] = [0, this.postings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.postings[middle] as number) < posting) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
