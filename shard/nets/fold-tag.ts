/** A tag as tags are compared: without differences of case and of form. */
export function foldTag(tag: string): string {
  return /^[a-z0-9 _-]*$/.test(tag) ? tag : tag.normalize('NFKC').toLowerCase();
}
