import { z } from 'zod';
import { FAULT_KINDS, type Faults } from '../faults/faults.ts';
import { Refusal } from '../interactions/refusal.ts';
import { displayName } from '../world/model.ts';
import type { World } from '../world/world.ts';
import type { ControlRoute } from './control.ts';

const faultBody = z.object({
  kind: z.string(),
  bot: z.string().optional(),
  member: z.string().optional(),
  channel: z.string().optional(),
  route: z.string().min(1).optional(),
  times: z.int().min(1).optional(),
  durationMs: z.int().min(1).max(3_600_000).optional(),
  code: z.int().min(1000).max(4999).optional(),
  percent: z.number().min(0).max(100).optional(),
  delayMs: z.int().min(1).max(60_000).optional(),
});

/** Making things go wrong, and stopping it. */
export function faultRoutes(world: World, faults: Faults): ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/faults',
      handle: ({ read }) => {
        const { kind, bot, member, channel, ...rest } = read(faultBody);
        mustBeKnown(kind);
        const botId = bot === undefined ? undefined : userId('bot', bot, true);
        const memberId = member === undefined ? undefined : userId('member', member, false);
        const channelId_ = channel === undefined ? undefined : channelId(channel);
        return { id: faults.begin(kind, { ...rest, botId, memberId, channelId: channelId_ }) };
      },
    },
    {
      method: 'DELETE',
      path: '/faults/:fault',
      handle: ({ params }) => {
        if (!faults.end(params['fault'] ?? ''))
          throw new Refusal(404, `There is no fault with the id ${params['fault']}.`);
      },
    },
  ];

  function userId(field: string, text: string, mustBeBot: boolean): string {
    const users = [...world.users.values()].filter((user) => !mustBeBot || user.bot);
    const lower = text.toLowerCase();
    const found =
      users.find(({ id }) => id === text) ??
      users.find((user) => [user.username, displayName(user)].some((name) => name.toLowerCase() === lower));
    if (!found) throw new Refusal(404, `${field}: there is nobody called "${text}".`);
    return found.id;
  }

  function channelId(text: string): string {
    const channels = [...world.guilds.values()].flatMap((guild) => [...guild.channels.values()]);
    const voiceFirst = channels.toSorted((a, b) => Number(b.type === 2) - Number(a.type === 2));
    const found = channels.find(({ id }) => id === text) ?? voiceFirst.find(({ name }) => name === text);
    if (!found) throw new Refusal(404, `channel: there is no channel called "${text}".`);
    return found.id;
  }
}

function mustBeKnown(kind: string): void {
  if (Object.hasOwn(FAULT_KINDS, kind)) return;
  const known = Object.keys(FAULT_KINDS).join(', ');
  throw new Refusal(400, `kind: there is no fault "${kind}". Known: ${known}.`);
}
