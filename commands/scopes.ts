import { SCOPES } from '../shard/access/scopes.ts';

/** Words that stand for several scopes. */
const PRESETS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['all', SCOPES],
  ['read', SCOPES.filter((scope) => scope.startsWith('read:'))],
  ['write', SCOPES.filter((scope) => scope.startsWith('write:'))],
]);

const SEPARATORS = /[\s,]+/;

/** The scopes that a person listed, presets unfolded, each once. Unknown words stay: the shard refuses them by name. */
export function parseScopes(text: string): string[] {
  const words = text.toLowerCase().split(SEPARATORS).filter(Boolean);
  return [...new Set(words.flatMap((word) => PRESETS.get(word) ?? [word]))];
}

/** The lists that come of completing the last word of a list, the best first; what is in it already is left out. */
export function completeScopes(text: string): string[] {
  const words = text.toLowerCase().trimStart().split(SEPARATORS);
  const last = words.pop() ?? '';
  const chosen = new Set(parseScopes(words.join(' ')));
  const known = [...PRESETS.keys(), ...SCOPES];
  const open = known.filter((word) => (PRESETS.get(word) ?? [word]).some((scope) => !chosen.has(scope)));
  const starting = open.filter((word) => word.startsWith(last));
  const containing = open.filter((word) => word.includes(last) && !starting.includes(word));
  return [...starting, ...containing].map((word) => [...words, word].join(' '));
}
