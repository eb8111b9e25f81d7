import { EVENT_TYPES, type EventType } from './events.ts';

/** What stands for every type. */
const EVERY = '*';

/** Whether somebody may ask for this: a type, a group such as `ptt.*`, or `*` for all. */
export function isEventName(name: string): boolean {
  return typesNamed(name).length > 0;
}

/** The types that these names stand for. Names that are unknown stand for none. */
export function eventTypes(names: readonly string[]): ReadonlySet<EventType> {
  return new Set(names.flatMap(typesNamed));
}

function typesNamed(name: string): EventType[] {
  if (name === EVERY) return [...EVENT_TYPES];
  if (!name.endsWith('.*')) return EVENT_TYPES.filter((type) => type === name);
  return EVENT_TYPES.filter((type) => type.slice(0, type.lastIndexOf('.')) === name.slice(0, -2));
}
