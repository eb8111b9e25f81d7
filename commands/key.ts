import type { KeyKind } from '../shard/records.ts';
import { bySubcommand, type CommandContext, type Execute, type SlashCommand } from './command.ts';
import { ADMINISTRATORS, slashCommand, subcommand, textOption } from './define.ts';
import { parseExpiry } from './expiry.ts';
import { requireCommander } from './require-commander.ts';
import { parseScopes } from './scopes.ts';
import { suggestKeys, suggestScopes } from './suggestions.ts';
import { UsageError } from './usage-error.ts';
import { card } from './views/card.ts';
import { keyListView, newKeyView } from './views/keys.ts';
import { plainName } from './views/plain.ts';

const KINDS: readonly KeyKind[] = ['owner', 'service', 'shard'];

const create: Execute = async (context) => {
  const { change, options, texts } = context;
  const { key, secret } = await change({
    type: 'key.create',
    name: options.getString('name', true),
    kind: KINDS.find((kind) => kind === options.getString('kind')) ?? 'owner',
    scopes: parseScopes(options.getString('scopes') ?? ''),
    expiresAt: expiryOf(context),
  });
  return { view: newKeyView(key, secret, texts) };
};

const list: Execute = (context) => {
  requireCommander(context);
  return { view: keyListView(context, context.texts) };
};

const revoke: Execute = async ({ change, options, texts }) => {
  const { key, changed } = await change({ type: 'key.revoke', key: options.getString('key', true) });
  const say = changed ? texts.key.revoked : texts.key.revokedAlready;
  return { view: card('good', say(plainName(key.name))) };
};

const rotate: Execute = async ({ change, texts }) => {
  await change({ type: 'token.rotate' });
  return { view: card('good', texts.key.rotated) };
};

/** @throws UsageError when it cannot be read */
function expiryOf({ options, askedAt, texts }: CommandContext): string | undefined {
  const word = options.getString('expires') ?? 'never';
  const end = parseExpiry(word, askedAt);
  if (end === undefined) throw new UsageError(texts.usage.expiry(word));
  return end === 'never' ? undefined : end.toISOString();
}

/** `/key`: keys for programs. */
export const key: SlashCommand = {
  data: slashCommand('key', ADMINISTRATORS, [
    subcommand('key create', [
      textOption('key create name', { max_length: 64 }),
      // Only owner keys have scopes, so Discord must not insist on them.
      textOption('key create scopes', { required: false, autocomplete: true, max_length: 400 }),
      textOption('key create kind', { required: false, choices: KINDS.map((kind) => ({ name: kind, value: kind })) }),
      textOption('key create expires', { required: false, max_length: 32 }),
    ]),
    subcommand('key list'),
    subcommand('key revoke', [textOption('key revoke key', { autocomplete: true, max_length: 64 })]),
    subcommand('key rotate'),
  ]),
  execute: bySubcommand({ create, list, revoke, rotate }),
  suggest: { key: suggestKeys, scopes: suggestScopes },
};
