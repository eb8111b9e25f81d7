/** What a person typed cannot be read. The message is a sentence in their language; nothing was changed. */
export class UsageError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'UsageError';
  }
}
