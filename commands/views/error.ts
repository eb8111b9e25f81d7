import type { ErrorParams } from '../../shard/error-kind.ts';
import { ERRORS, type ShardError } from '../../shard/errors.ts';
import type { Reads } from '../../shard/reads.ts';
import { card, clip, type View } from './card.ts';
import { plain } from './plain.ts';

/** Longest error we show, in UTF-16 units: a sentence that quotes what was typed stays readable. */
const ERROR_MAX = 1500;

/** Says what went wrong. Every error begins with this mark, so that people see at once that nothing came of it. */
export function errorView(sentence: string): View {
  return card('bad', clip(`❌ ${plain(sentence)}`, ERROR_MAX));
}

/** The sentence of a refusal, with the names of channels and roles where the shard knows only ids. */
export function refusalSentence(error: ShardError, read: Reads): string {
  const { channels, roles } = read.guild();
  const params: ErrorParams = { ...error.params };
  const channel = channels.get(String(params['channelId']));
  const role = roles.get(String(params['roleId']));
  if (channel) params['channelId'] = `#${channel.name}`;
  if (role) params['roleId'] = role.name.startsWith('@') ? role.name : `@${role.name}`;
  return ERRORS[error.code].sentence(params);
}
