import { z } from 'zod';
import { eventTypes, isEventName } from '../shard/record/event-names.ts';
import { EVENT_TYPES, type EventType } from '../shard/record/events.ts';

/** What is said of a name that stands for no type. */
export const UNKNOWN_EVENT = `Known events: ${EVENT_TYPES.join(', ')}; groups such as ptt.*; * for all.`;

/** `?events=user.joined,ptt.*` as the types it stands for; null when it names none, which means all. */
export const EventFilter = z
  .string()
  .max(1000)
  .transform((text, context): ReadonlySet<EventType> | null => {
    const names = text.split(',').map((name) => name.trim());
    const unknown = names.filter((name) => name !== '' && !isEventName(name));
    for (const name of unknown) {
      context.addIssue({ code: 'custom', message: `"${name.slice(0, 64)}" is not a type of event. ${UNKNOWN_EVENT}` });
    }
    const types = eventTypes(names);
    return types.size === 0 || types.size === EVENT_TYPES.length ? null : types;
  });
