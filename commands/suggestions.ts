import type { Suggest } from './command.ts';
import { completeScopes } from './scopes.ts';
import { clip } from './views/card.ts';

/** Discord shows at most this many suggestions, each named with at most 100 characters. */
const MAX_SUGGESTIONS = 25;
const MAX_LABEL = 100;

/** Nets by slot, uid or part of the name; the value is the uid, which a rename does not touch. */
export const suggestNets: Suggest = ({ read, typed }) =>
  read
    .searchNets(typed, MAX_SUGGESTIONS)
    .map((net) => ({ name: clip(`${net.id} · ${net.name}`, MAX_LABEL), value: net.uid }));

/** Live keys by part of name or id: those that the person may end, and nobody may know of others. */
export const suggestKeys: Suggest = ({ read, actor, typed }) => {
  const word = typed.normalize('NFC').trim().toLowerCase();
  return read
    .keysOf(actor)
    .filter((key) => key.name.toLowerCase().includes(word) || key.id.includes(word))
    .slice(0, MAX_SUGGESTIONS)
    .map((key) => ({ name: clip(`${key.name} · ${key.kind} · ${key.id}`, MAX_LABEL), value: key.id }));
};

/** A list of scopes with its last word completed. */
export const suggestScopes: Suggest = ({ typed }) =>
  completeScopes(typed)
    .filter((list) => list.length <= MAX_LABEL)
    .slice(0, MAX_SUGGESTIONS)
    .map((list) => ({ name: list, value: list }));
