import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

const date = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/**
 * When something ends, as people write it: `30d`, `12h`, `45m`, `2w` from `now` (milliseconds since the epoch), a UTC
 * date or an ISO time with its zone, or `never`. Whether it lies in the future is for the shard to say.
 * @returns `undefined` when it cannot be read
 */
export function parseExpiry(text: string, now: number): Date | 'never' | undefined {
  const word = text.trim();
  if (word.toLowerCase() === 'never') return 'never';
  const [, count, unit] = /^(\d{1,5}) ?([mhdw])$/i.exec(word) ?? [];
  if (count && unit) return new Date(now + Number(count) * (UNIT_MS[unit.toLowerCase()] ?? 0));
  return date.safeParse(word).success ? new Date(word) : undefined;
}
