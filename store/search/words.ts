/** Longest word that is told from others; what follows is not looked at. */
const MAX_WORD = 64;

/** Text in which folding to lower case is all there is to do, and words are letters and digits. */
const PLAIN = /^[\x20-\x7e\r\n\t]*$/;
const PLAIN_WORD = /[a-z0-9]+/g;

/** Letters, digits and what combines with them; or one picture. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*|\p{So}/gu;

/** Accents of Latin, Greek and Cyrillic; the vowel signs of other scripts are no accents. */
const ACCENTS = /[\u0300-\u036f]+/g;

/**
 * The words of a text in the form in which words are compared: without differences of case, accents, width and
 * ligatures.
 */
export function words(text: string): string[] {
  const found = PLAIN.test(text) ? text.toLowerCase().match(PLAIN_WORD) : fold(text).match(WORD);
  return found ? found.map((word) => (word.length > MAX_WORD ? word.slice(0, MAX_WORD) : word)) : [];
}

/** Lower case, upper case and back makes one of letters that have two lower cases or two upper ones: ß, ẞ and ss. */
function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().toUpperCase().toLowerCase();
  return plain.replaceAll('ς', 'σ').normalize('NFKC');
}
