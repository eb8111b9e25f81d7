import type { SeenRequest } from '../rest/rest.ts';
import type { FaultKind, FaultSpec } from './fault.ts';

/** How long a bot that is refused is asked to wait, and how long a slow answer takes, unless a fault says otherwise. */
const RETRY_AFTER_MS = 1000;
const DELAY_MS = 1000;

/** Faults of the REST API: refused although the bot kept to the limits, failed although it asked well, slow. */
export const REST_FAULTS: Readonly<Record<string, FaultKind>> = {
  'rest.429': {
    at: 'request',
    matches: concerns,
    answer: (_, leftMs) => ({ kind: 'limit', retryAfterMs: Math.min(RETRY_AFTER_MS, leftMs) }),
  },
  'rest.500': { at: 'request', matches: concerns, answer: () => ({ kind: 'failure' }) },
  'rest.delay': {
    at: 'request',
    matches: concerns,
    answer: ({ delayMs = DELAY_MS }) => ({ kind: 'delay', delayMs }),
  },
};

function concerns(spec: FaultSpec, seen: SeenRequest): boolean {
  if (spec.botId !== undefined && seen.botId !== spec.botId) return false;
  const ids = seen.path.split('/');
  if (spec.channelId !== undefined && !ids.includes(spec.channelId)) return false;
  if (spec.memberId !== undefined && !ids.includes(spec.memberId)) return false;
  return spec.route === undefined || isRoute(spec.route, seen);
}

/** Whether a request is to a route written as `METHOD /path/:any/*`. */
function isRoute(route: string, { method, path }: SeenRequest): boolean {
  const [, wanted, pattern = ''] = /^(?:([A-Za-z]+)\s+)?(\S+)$/.exec(route.trim()) ?? [];
  if (wanted !== undefined && wanted.toUpperCase() !== method) return false;
  const parts = pattern.split('/');
  const segments = path.split('/');
  if (parts.at(-1) === '*') return parts.slice(0, -1).every((part, n) => isSegment(part, segments[n]));
  return parts.length === segments.length && parts.every((part, n) => isSegment(part, segments[n]));
}

const isSegment = (part: string, segment: string | undefined): boolean => part.startsWith(':') || part === segment;
