import type { AcarsInput } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { mintAlertId } from '../mint.ts';
import { requireFeature } from '../op/require-feature.ts';
import { settingsOf } from '../op/settings-commands.ts';
import { type Actor, actorId } from '../people/actor.ts';
import type { AlertType } from '../record/events.ts';
import { ALERT_TEXT_MAX, cleanText, SENDER_NAME_MAX, textForm } from './alert-text.ts';

/** How long an alert is shown where it goes away by itself, in milliseconds. */
export const ACARS_DURATION = { min: 7000, max: 10_000, usual: 8000 };

/** How urgent an alert can be, the most urgent first. */
export const ALERT_TYPES = ['critical', 'emergency', 'non-emergency'] as const satisfies readonly AlertType[];

/** Who sends an alert with a key and does not say. */
export const API_SENDER = 'Owner API';

export const sendAcars: Handler<'acars.send'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, input, context) {
    requireFeature(draft.state, context, 'acars');
    const alert = cleanAlert(input, draft.actor);
    takeTurn(draft, context);
    const id = mintAlertId('acars', context.ids);
    const { channelIds, routed } = audience(draft, context);
    const data = { id, ...alert, senderId: actorId(draft.actor), routed, at: draft.at, ...draft.cause() };
    draft.emit({ type: 'acars.sent', data });
    draft.afterwards(({ notices }) => notices.acars({ id, ...alert, channelIds }));
    const { durationMs, alertType } = alert;
    return { id, delivered: routed > 0, clients: routed, routed, durationMs, alertType };
  },
};

function cleanAlert(input: AcarsInput, actor: Actor) {
  const { durationMs = ACARS_DURATION.usual, alertType = 'non-emergency' } = input;
  const text = cleanText(input.text, ALERT_TEXT_MAX);
  if (text === null) throw invalid('text', textForm(ALERT_TEXT_MAX));
  const senderName = cleanText(input.senderName ?? (actor.kind === 'key' ? API_SENDER : actor.name), SENDER_NAME_MAX);
  if (senderName === null) throw invalid('senderName', textForm(SENDER_NAME_MAX));
  const { min, max } = ACARS_DURATION;
  if (!(Number.isInteger(durationMs) && durationMs >= min && durationMs <= max))
    throw invalid('durationMs', `it is a whole number from ${min} to ${max}.`);
  return { text, senderName, durationMs, alertType };
}

function invalid(field: string, form: string): ShardError {
  return new ShardError('acars.invalid', { field, form });
}

/**
 * The chats an alert is shown in: of the channels people sit in, and the ops channel besides. Reached is whoever sits
 * where the bot may write.
 */
function audience(draft: Draft, context: PlanContext): { channelIds: string[]; routed: number } {
  const { opsChannelId } = settingsOf(draft.state);
  const operators = context.roster.seated();
  const channelIds = new Set(operators.map(({ channelId }) => channelId));
  if (opsChannelId) channelIds.add(opsChannelId);
  const { channels } = context.presence;
  const reached = operators.filter(({ channelId }) => channels.get(channelId)?.writable !== false);
  return { channelIds: [...channelIds], routed: reached.length };
}

/** A key sends one alert at a time, and so does a person; the program itself as many as it likes. */
function takeTurn(draft: Draft, { acarsCooldownMs, now }: PlanContext): void {
  const { actor } = draft;
  if (actor.kind === 'system' || acarsCooldownMs === 0) return;
  const own = `${actor.kind}:${actorId(actor)}`;
  for (const [key, { sentAt }] of draft.state.tables.alerts) {
    // A clock that was set back makes nobody wait longer than one turn.
    const leftMs = Math.min(acarsCooldownMs, Date.parse(sentAt) + acarsCooldownMs - now);
    if (leftMs <= 0) draft.remove('alerts', key);
    else if (key === own) throw onCooldown(acarsCooldownMs, leftMs);
  }
  draft.put('alerts', own, { sentAt: draft.at });
}

function onCooldown(cooldownMs: number, leftMs: number): ShardError {
  return new ShardError('acars.cooldown', { cooldown: cooldownMs / 1000, retryAfter: Math.ceil(leftMs / 1000) });
}
