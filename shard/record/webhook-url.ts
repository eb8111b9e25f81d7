/** Longest URL of a webhook. */
export const WEBHOOK_URL_MAX = 2048;

/** What is wrong with the form of a webhook's URL, as a sentence; undefined when nothing is. */
export function urlProblem(text: string): string | undefined {
  if (text.length > WEBHOOK_URL_MAX) return `it is longer than ${WEBHOOK_URL_MAX} characters.`;
  if (!URL.canParse(text)) return 'it is not a URL.';
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'it does not start with https://.';
  if (username !== '' || password !== '') return 'it holds a name or a password; deliveries are signed instead.';
  return hash === '' ? undefined : 'it has a part after #, which is never sent.';
}
