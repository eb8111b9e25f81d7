/**
 * The closed list of things that can go wrong in a shard. `api/` maps a kind to an HTTP status, `commands/` shows the
 * sentence to a person; nobody else invents messages.
 */

import { type ErrorKind, type ErrorParams, type ErrorSpec, spec } from './error-kind.ts';

/** Longest reason for ending a connection, in characters; Discord's audit log takes 512 with who asked for it. */
export const REASON_MAX = 300;

const REASON_FORM = `A reason has 1 to ${REASON_MAX} characters, something visible among them.`;

/** Every error code of the domain, with its kind and its sentence. Codes are stable: clients match on them. */
export const ERRORS = {
  'net.unknown': spec(
    'unknown',
    (p) => `There is no net "${p.ref}". List the nets to see their names, slots and uids.`,
  ),
  'net.ref-mismatch': spec(
    'invalid',
    (p) => `netUid ${p.netUid} and netId ${p.netId} name different nets. Send one of them.`,
  ),
  'net.ref-missing': spec('invalid', () => 'No net was named. Send netUid (preferred) or netId.'),
  'net.name-invalid': spec(
    'invalid',
    () => 'A net name has 1 to 48 characters, something visible among them, and no control characters.',
  ),
  'net.name-taken': spec(
    'conflict',
    (p) => `A net named "${p.name}" exists already. Choose another name or rename that net first.`,
  ),
  'net.slots-full': spec('conflict', (p) => `All ${p.max} net slots are taken. Remove a net or raise maxNets.`),
  'net.relays-invalid': spec(
    'invalid',
    (p) => `${p.count} of the relay targets cannot be one. Nothing was changed; see details. The first: ${p.first}`,
  ),
  'net.monitors-invalid': spec(
    'invalid',
    (p) => `${p.count} of the monitored nets cannot be one. Nothing was changed; see details. The first: ${p.first}`,
  ),
  'net.protected': spec('forbidden', (p) => `The net "${p.name}" is protected and cannot be changed this way.`),
  'archive.full': spec(
    'conflict',
    (p) => `The archive holds ${p.max} entries and takes no more. Remove the net permanently instead.`,
  ),
  'archive.unknown': spec(
    'unknown',
    (p) => `There is no net "${p.uid}" in the archive. List the archive to see what it holds.`,
  ),
  'archive.uid-invalid': spec(
    'invalid',
    (p) => `"${p.uid}" is not a net uid: "net_" and 24 characters of a-z and 2-7. Leave uid out to get a new one.`,
  ),
  'archive.name-missing': spec('invalid', () => 'A new archive entry needs a name. Send name.'),
  'archive.net-live': spec(
    'conflict',
    (p) => `This is the uid of the live net "${p.net}". Remove that net to archive it.`,
  ),
  'archive.cursor-invalid': spec(
    'invalid',
    () => 'This cursor does not belong to this search. Begin again without a cursor.',
  ),
  'index.building': spec(
    'unavailable',
    () => 'The search index is being built. Search again in a moment; everything else works meanwhile.',
  ),
  'index.busy': spec('unavailable', () => 'Too many searches are under way. Search again in a moment.'),
  'channel.not-voice': spec(
    'invalid',
    (p) => `Channel ${p.channelId} is not a voice channel. Bind a net to a voice channel.`,
  ),
  'channel.stage': spec(
    'invalid',
    (p) =>
      `Channel ${p.channelId} is a stage channel: only speakers are heard there, so it cannot carry a net. Use a voice channel.`,
  ),
  'channel.not-visible': spec(
    'invalid',
    (p) =>
      `The bot cannot see or enter channel ${p.channelId}. Give its role View Channel, Connect and Speak there and try again.`,
  ),
  'channel.bound': spec(
    'conflict',
    (p) => `Channel ${p.channelId} belongs to the net "${p.net}" already. Unbind it first.`,
  ),
  'channel.not-bound': spec(
    'invalid',
    (p) => `Channel ${p.channelId} is not bound to a net, so there is nothing to unbind.`,
  ),
  'id.invalid': spec('invalid', (p) => `"${p.id}" is not a Discord id: ids are strings of 1 to 20 digits.`),
  'rule.nets-unknown': spec(
    'invalid',
    (p) => `${p.count} of the nets named in these rules do not exist. Nothing was changed; see details.`,
  ),
  'rule.limit': spec('invalid', (p) => `A guild can hold ${p.max} role rules. Remove some first.`),
  'rule.unknown': spec('invalid', (p) => `There is no rule that puts role ${p.roleId} on the net "${p.net}".`),
  'assignment.items-invalid': spec(
    'invalid',
    (p) => `${p.count} of the assignments cannot be made. Nothing was changed; see details. The first: ${p.first}`,
  ),
  'temporary.ttl-invalid': spec('invalid', () => 'A temporary assignment lasts 15 seconds to 24 hours.'),
  'temporary.limit': spec(
    'conflict',
    (p) => `A guild can hold ${p.max} temporary assignments at once. Wait until some end, or assign without an end.`,
  ),
  'assignment.limit': spec(
    'conflict',
    (p) => `A guild can hold assignments for ${p.max} people. Unassign people who have left.`,
  ),
  'key.unknown': spec('unknown', (p) => `There is no key "${p.ref}". List the keys to see their names and ids.`),
  'key.ambiguous': spec('conflict', (p) => `Several keys are named "${p.ref}". Name the one you mean by its id.`),
  'key.name-invalid': spec('invalid', () => 'A key name has 1 to 64 characters and no control characters.'),
  'key.scope-unknown': spec('invalid', (p) => `"${p.scope}" is not a scope. Known scopes: ${p.known}.`),
  'key.scope-beyond-maker': spec(
    'forbidden',
    (p) =>
      `A key can do no more than who makes it: only admins may give it ${p.scopes}. Leave that out or ask an admin.`,
  ),
  'key.kind-beyond-maker': spec(
    'forbidden',
    (p) => `Only admins may make ${p.kind} keys. Make an owner key or ask an admin.`,
  ),
  'key.not-yours': spec('forbidden', () => 'A commander may end only keys they made themselves. Ask an admin.'),
  'key.scopes-missing': spec('invalid', (p) => `An owner key needs at least one scope. Known scopes: ${p.known}.`),
  'key.expiry-invalid': spec('invalid', () => 'The expiry must lie in the future, at most ten years from now.'),
  'key.limit': spec('conflict', (p) => `A guild can hold ${p.max} live keys. Revoke some first.`),
  'key.missing': spec('unauthenticated', () => 'No key was sent. Send "Authorization: Bearer scok_…".'),
  'key.malformed': spec(
    'unauthenticated',
    () => 'This is not a key of this shard: it is mistyped or cut off. Copy it again.',
  ),
  'key.rejected': spec(
    'unauthenticated',
    () => 'This key is not known here or was revoked. Create a new one with /key create.',
  ),
  'key.expired': spec(
    'unauthenticated',
    (p) => `This key expired at ${p.expiresAt}. Create a new one with /key create.`,
  ),
  'public-token.rejected': spec(
    'unauthenticated',
    () => 'This public token is not known here or was replaced. Get the one of now with GET /api/v1/public-token.',
  ),
  'scope.missing': spec('forbidden', (p) => `This key lacks the scope ${p.scope}. Create a key that has it.`),
  'key.wrong-kind': spec('forbidden', (p) => `A ${p.kind} key cannot call this. Use an owner key (scok_…).`),
  'authority.missing': spec(
    'forbidden',
    (p) => `Only ${p.needed} may do this. An administrator can name roles for it with /config set.`,
  ),
  'authority.not-on-net': spec(
    'forbidden',
    (p) => `A squad lead assigns people only to nets they are on, and you are not on "${p.net}".`,
  ),
  'preset.unknown': spec('unknown', (p) => `There is no preset "${p.name}". List the presets to see their names.`),
  'preset.name-invalid': spec(
    'invalid',
    (p) => `A preset name has 1 to ${p.max} characters, no control characters, and is neither "." nor "..".`,
  ),
  'preset.invalid': spec('invalid', (p) => `The preset has ${p.count} invalid entries: ${p.first}`),
  'preset.too-large': spec(
    'conflict',
    (p) => `A preset holds at most ${p.max} assignments, and this one would hold ${p.count}. Use role rules instead.`,
  ),
  'preset.limit': spec('conflict', (p) => `A guild can hold ${p.max} presets. Delete one first.`),
  'preset.room': spec(
    'conflict',
    (p) => `The presets of a guild hold at most ${p.max} assignments together. Delete a preset first.`,
  ),
  'preset.nets-unknown': spec(
    'conflict',
    (p) =>
      `The preset "${p.name}" names ${p.count} nets that neither it nor the guild has. Nothing was changed; see details.`,
  ),
  'features.max-nets-invalid': spec('invalid', (p) => `maxNets is a whole number from 1 to ${p.max}.`),
  'features.max-nets-in-use': spec(
    'conflict',
    (p) => `There are ${p.live} nets, so maxNets cannot be lowered to ${p.max}. Remove some nets first.`,
  ),
  'feature.not-entitled': spec(
    'forbidden',
    (p) => `This guild is not entitled to ${p.feature}. Ask whoever runs the shard for it.`,
  ),
  'feature.off': spec(
    'forbidden',
    (p) => `${p.feature} is switched off in this guild. Switch ${p.switch} on with POST /api/v1/features first.`,
  ),
  'idempotency.withheld': spec(
    'gone',
    () =>
      'This request was carried out before, and what it answered holds a secret that is shown once and kept nowhere. Remove what it made and make it anew.',
  ),
  'event.unknown': spec(
    'invalid',
    (p) => `"${p.name}" is not a type of event. Known: ${p.known}; groups such as ptt.*; * for all.`,
  ),
  'webhook.unknown': spec('unknown', (p) => `There is no webhook "${p.id}". List the webhooks to see their ids.`),
  'webhook.limit': spec('conflict', (p) => `A guild can hold ${p.max} webhooks. Remove some first.`),
  'webhook.busy': spec(
    'limited',
    (p) => `${p.max} tries of webhooks are under way in this guild, which is the most. Wait for one of them.`,
  ),
  'webhook.url-invalid': spec('invalid', (p) => `Nothing can be delivered to this URL: ${p.reason}`),
  'webhook.url-refused': spec(
    'invalid',
    (p) => `Nothing is delivered to this URL: ${p.reason} Use one that can be reached from the internet.`,
  ),
  'webhook.events-missing': spec('invalid', (p) => `A webhook needs at least one type of event. Known: ${p.known}.`),
  'webhook.secret-invalid': spec(
    'invalid',
    () => 'A webhook secret is whsec_ and the base64 of 24 to 64 bytes. Leave it out to get one.',
  ),
  'setting.invalid': spec('invalid', (p) => `The setting ${p.name} cannot be set to that: ${p.reason}`),
  'acars.invalid': spec('invalid', (p) => `The ${p.field} of this alert cannot be used: ${p.form}`),
  'acars.cooldown': spec(
    'limited',
    (p) => `Only one alert per ${p.cooldown} s can be sent, so this one was not. Send it again in ${p.retryAfter} s.`,
  ),
  'client.unknown': spec(
    'absent',
    (p) => `${p.userId} is not connected, so there is nothing to end. The roster shows who is.`,
  ),
  'client.reason-invalid': spec('invalid', () => REASON_FORM),
  'client.not-permitted': spec(
    'forbidden',
    () =>
      'Discord does not let the bot disconnect people. Give its role Move Members, also in the channel they are in, and try again.',
  ),
  'client.unanswered': spec(
    'unavailable',
    () =>
      'Discord did not do this in time. It may have ended the connection all the same: look at the roster before you try again.',
  ),
  'client.unrecorded': spec(
    'unavailable',
    () => 'The connection was ended, but no event could be written of it. Check the disk.',
  ),
  'ready.invalid': spec('invalid', (p) => `The ${p.field} of this ready check cannot be used: ${p.form}`),
  'ready.template-unknown': spec(
    'unknown',
    (p) => `There is no ready check "${p.ref}". List the ready checks to see their ids.`,
  ),
  'ready.template-limit': spec('conflict', (p) => `A guild can hold ${p.max} ready checks. Remove some first.`),
  'ready.active-limit': spec(
    'conflict',
    (p) => `${p.max} ready checks are running, and no more can at once. Wait until one is over.`,
  ),
  'ready.session-unknown': spec(
    'unknown',
    (p) => `There is no ready check session "${p.ref}". Sessions can be read for 24 hours, the last 100 of them.`,
  ),
  'ready.over': spec('conflict', (p) => `The ready check "${p.name}" is over, so this answer does not count.`),
  'ready.not-asked': spec(
    'forbidden',
    (p) =>
      `The ready check "${p.name}" does not ask you: you were not connected when it began, or not among its targets.`,
  ),
  'central.refused': spec('forbidden', (p) => `Central refused this: ${p.reason}`),
  'central.unreachable': spec(
    'unavailable',
    () => 'Central did not answer in time, so nothing was changed. Try again in a moment.',
  ),
  'store.failed': spec(
    'unavailable',
    () => 'The change could not be written to disk, so nothing was changed. Check the disk and try again.',
  ),
  'shard.busy': spec(
    'unavailable',
    () => 'Too many changes are waiting to be written, so this one was not taken. Try again in a moment.',
  ),
  'shard.stopping': spec(
    'unavailable',
    () => 'The shard is shutting down, so nothing was changed. Try again when it is back.',
  ),
} as const satisfies Record<string, ErrorSpec>;

/** A stable code such as `net.unknown`. */
export type ErrorCode = keyof typeof ERRORS;

/** One of several failures inside one request. `pointer` is a JSON pointer into the request body. */
export interface ErrorDetail {
  pointer: string;
  detail: string;
}

/** A refusal that a person can act on. Nothing was changed when it is thrown. */
export class ShardError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly params: ErrorParams;
  readonly details: ErrorDetail[];

  constructor(code: ErrorCode, params: ErrorParams = {}, details: ErrorDetail[] = []) {
    super(ERRORS[code].sentence(params));
    this.name = 'ShardError';
    this.code = code;
    this.kind = ERRORS[code].kind;
    this.params = params;
    this.details = details;
  }
}
