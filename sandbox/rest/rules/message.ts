import { MessageFlags } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeSchema } from '../../world/model.ts';
import { ApiError, type FieldError } from '../api-error.ts';
import { readForm } from '../form.ts';
import { treeErrors } from './component-tree.ts';
import { classicComponents, layoutComponents } from './components.ts';
import { embedsSchema } from './embeds.ts';

const allowedMentions = z.object({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
  users: z.array(snowflakeSchema).max(100).nullish(),
  roles: z.array(snowflakeSchema).max(100).nullish(),
  replied_user: z.boolean().nullish(),
});

const attachment = z.looseObject({
  id: z.union([z.string(), z.int()]),
  filename: z.string().max(1024).nullish(),
  description: z.string().max(1024).nullish(),
});

const shared = {
  embeds: embedsSchema.nullish(),
  allowed_mentions: allowedMentions.nullish(),
  attachments: z.array(attachment).max(10).nullish(),
  flags: z.int().nullish(),
  tts: z.boolean().nullish(),
  nonce: z.union([z.string().max(25), z.int()]).nullish(),
  sticker_ids: z.array(snowflakeSchema).max(3).nullish(),
  poll: z.looseObject({}).nullish(),
  message_reference: z.looseObject({ message_id: snowflakeSchema.optional() }).nullish(),
};
const content = z.string().max(2000).nullish();

const classicSchema = z.object({ ...shared, content, components: classicComponents.nullish() });
const layoutSchema = z.object({ ...shared, content, components: layoutComponents.nullish() });

/** A message body that was checked. */
export type MessageForm = z.infer<typeof layoutSchema>;

const LEGACY_FIELDS = ['content', 'embeds', 'poll', 'sticker_ids'] as const;

export interface MessageRules {
  /** The flags the message has already, when it is edited. */
  before?: number;
  fileCount: number;
}

/**
 * Reads the body of a message, new or edited.
 *
 * @throws ApiError in Discord's words: too long, wrong fields for components V2, repeated custom ids, nothing in it
 */
export function readMessage(body: unknown, rules: MessageRules): MessageForm {
  const flags = (z.looseObject({ flags: z.int() }).safeParse(body).data?.flags ?? 0) | (rules.before ?? 0);
  const isLayout = (flags & MessageFlags.IsComponentsV2) !== 0;
  const form: MessageForm = readForm<MessageForm>(isLayout ? layoutSchema : classicSchema, body);
  const errors = [...(isLayout ? legacyErrors(form) : []), ...treeErrors(form.components ?? [])];
  if (errors.length > 0) throw new ApiError('invalidForm', errors);
  if (rules.before === undefined && rules.fileCount === 0 && isEmpty(form)) throw new ApiError('emptyMessage');
  return form;
}

function legacyErrors(form: MessageForm): FieldError[] {
  return LEGACY_FIELDS.filter((field) => !isBlank(form[field])).map((field) => ({
    path: [field],
    code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  }));
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isEmpty(form: MessageForm): boolean {
  return [form.content, form.embeds, form.components, form.sticker_ids, form.poll].every(isBlank);
}
