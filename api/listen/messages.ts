import { z } from 'zod';
import { cleanText, SENDER_NAME_MAX, textForm } from '../../shard/alerts/alert-text.ts';

const DisplayName = z
  .string()
  .max(1000)
  .transform((text, context) => {
    const name = cleanText(text, SENDER_NAME_MAX);
    if (name !== null) return name;
    context.addIssue({ code: 'custom', message: textForm(SENDER_NAME_MAX) });
    return z.NEVER;
  });

/** Type → what a program sends. */
const MESSAGES = {
  'audio.codec': z.object({ type: z.literal('audio.codec'), codec: z.literal('opus') }),
  join: z.object({
    type: z.literal('join'),
    guildId: z.string(),
    mode: z.literal('voice'),
    serviceListen: z.literal(true),
    displayName: DisplayName,
  }),
  ping: z.object({ type: z.literal('ping') }),
};

/** What a program can say. */
export type ProgramMessage = { [T in keyof typeof MESSAGES]: z.output<(typeof MESSAGES)[T]> }[keyof typeof MESSAGES];

/** The messages of a program, in words. */
const KNOWN = Object.keys(MESSAGES).join(', ');

/** Reads a message; answers a sentence when it cannot be read. */
export function readMessage(text: string): ProgramMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'This is not valid JSON. Send one JSON object per message.';
  }
  const type = z.looseObject({ type: z.string() }).safeParse(value).data?.type ?? '';
  if (!Object.hasOwn(MESSAGES, type)) return `There is no message of this type. Possible: ${KNOWN}.`;
  const read = MESSAGES[type as keyof typeof MESSAGES].safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  return `The message "${type}" has an invalid field: ${issue?.path.join('.')}: ${issue?.message}`;
}

/** Somebody on the air, as a program is told. */
export interface Speaker {
  userId: string;
  displayName: string;
  netId: number;
}

/** What a program is told of the guild: whether anything can be heard, and the nets it is assigned to. */
export interface ListenConfig {
  operationOpen: boolean;
  nets: { netId: number; netUid: string; name: string }[];
}

/** What we say. */
export type ShardMessage =
  | { type: 'hello' }
  | { type: 'joined'; user: { id: string; displayName: string } }
  | { type: 'ptt.start' | 'ptt.stop'; data: Speaker }
  | { type: 'config'; data: ListenConfig }
  | { type: 'voice.heartbeat'; data: { at: string; sent: number; dropped: number } }
  | { type: 'pong' }
  | { type: 'error'; message: string };
