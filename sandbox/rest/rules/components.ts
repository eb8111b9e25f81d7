import { ComponentType as T } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeSchema } from '../../world/model.ts';
import { complain } from '../form.ts';

/** Characters of a custom id (Discord's documentation, "Component Reference"). */
export const CUSTOM_ID = z.string().min(1).max(100);

const id = z.int().min(0).max(2_147_483_647).optional();
const emoji = z.object({ id: z.string().nullish(), name: z.string().nullish(), animated: z.boolean().optional() });
const media = z.looseObject({ url: z.string().min(1).max(2048) });

const button = z
  .object({
    type: z.literal(T.Button),
    id,
    style: z.int().min(1).max(6),
    label: z.string().max(80).nullish(),
    emoji: emoji.nullish(),
    custom_id: CUSTOM_ID.nullish(),
    url: z.string().max(512).nullish(),
    sku_id: snowflakeSchema.nullish(),
    disabled: z.boolean().optional(),
  })
  .superRefine((value, ctx) => {
    const required = value.style === 5 ? 'url' : value.style === 6 ? 'sku_id' : 'custom_id';
    if (!value[required]) complain(ctx, [required], 'BASE_TYPE_REQUIRED', 'This field is required');
    for (const other of ['url', 'sku_id', 'custom_id'] as const) {
      if (other !== required && value[other]) {
        const code = 'COMPONENT_FIELDS_MUTUALLY_EXCLUSIVE';
        complain(ctx, [other], code, `A button of style ${value.style} cannot have a ${other}`);
      }
    }
    if (value.style !== 6 && !value.label && !value.emoji) {
      complain(ctx, ['label'], 'BUTTON_COMPONENT_LABEL_OR_EMOJI', 'A label or an emoji is required');
    }
  });

const selectOption = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  emoji: emoji.nullish(),
  default: z.boolean().optional(),
});

const selectFields = {
  id,
  custom_id: CUSTOM_ID,
  placeholder: z.string().max(150).nullish(),
  min_values: z.int().min(0).max(25).optional(),
  max_values: z.int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  /** In modals only. */
  required: z.boolean().optional(),
};

interface Range {
  min_values?: number | undefined;
  max_values?: number | undefined;
}

function checkRange(value: Range, ctx: z.RefinementCtx): void {
  if ((value.min_values ?? 1) > (value.max_values ?? 1)) {
    complain(ctx, ['min_values'], 'SELECT_COMPONENT_MIN_ABOVE_MAX', 'min_values cannot be above max_values');
  }
}

const stringSelect = z
  .object({ type: z.literal(T.StringSelect), ...selectFields, options: z.array(selectOption).min(1).max(25) })
  .superRefine((value, ctx) => {
    checkRange(value, ctx);
    for (const [n, option] of value.options.entries()) {
      if (value.options.findIndex((other) => other.value === option.value) !== n) {
        const code = 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED';
        complain(ctx, ['options', n, 'value'], code, 'The specified option value is already used');
      }
    }
    if ((value.max_values ?? 1) > value.options.length) {
      const code = 'SELECT_COMPONENT_MAX_VALUES_ABOVE_OPTIONS';
      complain(ctx, ['max_values'], code, 'max_values cannot be above the number of options');
    }
  });

const defaultValues = z
  .array(z.object({ id: snowflakeSchema, type: z.enum(['user', 'role', 'channel']) }))
  .max(25)
  .nullish();
const entitySelect = <const K extends number>(type: K) =>
  z
    .object({
      type: z.literal(type),
      ...selectFields,
      default_values: defaultValues,
      channel_types: z.array(z.int()).nullish(),
    })
    .superRefine(checkRange);
const selects = [
  stringSelect,
  entitySelect(T.UserSelect),
  entitySelect(T.RoleSelect),
  entitySelect(T.MentionableSelect),
  entitySelect(T.ChannelSelect),
] as const;

const textInput = z.object({
  type: z.literal(T.TextInput),
  id,
  custom_id: CUSTOM_ID,
  style: z.union([z.literal(1), z.literal(2)]),
  label: z.string().min(1).max(45).nullish(),
  min_length: z.int().min(0).max(4000).optional(),
  max_length: z.int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
});

const buttonRow = z
  .array(z.discriminatedUnion('type', [button, ...selects]))
  .min(1)
  .max(5);
const actionRow = z.object({ type: z.literal(T.ActionRow), id, components: buttonRow }).superRefine((row, ctx) => {
  if (row.components.length > 1 && row.components.some((component) => component.type !== T.Button)) {
    const code = 'COMPONENT_LAYOUT_WIDTH_EXCEEDED';
    complain(ctx, ['components'], code, 'The specified component exceeds the maximum width');
  }
});

const textDisplay = z.object({ type: z.literal(T.TextDisplay), id, content: z.string().min(1).max(4000) });
const thumbnail = z.object({
  type: z.literal(T.Thumbnail),
  id,
  media,
  description: z.string().max(1024).nullish(),
  spoiler: z.boolean().optional(),
});
const section = z.object({
  type: z.literal(T.Section),
  id,
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.discriminatedUnion('type', [button, thumbnail]),
});
const gallery = z.object({
  type: z.literal(T.MediaGallery),
  id,
  items: z
    .array(z.object({ media, description: z.string().max(1024).nullish(), spoiler: z.boolean().optional() }))
    .min(1)
    .max(10),
});
const file = z.object({ type: z.literal(T.File), id, file: media, spoiler: z.boolean().optional() });
const separator = z.object({
  type: z.literal(T.Separator),
  id,
  divider: z.boolean().optional(),
  spacing: z.union([z.literal(1), z.literal(2)]).optional(),
});
const blocks = [actionRow, textDisplay, section, gallery, file, separator] as const;
const container = z.object({
  type: z.literal(T.Container),
  id,
  components: z.array(z.discriminatedUnion('type', blocks)).min(1),
  accent_color: z.int().min(0).max(0xffffff).nullish(),
  spoiler: z.boolean().optional(),
});

/** What may stand at the top of a message that has the components V2 flag. */
export const layoutComponents = z.array(z.discriminatedUnion('type', [...blocks, container]));
/** What may stand at the top of any other message. */
export const classicComponents = z.array(z.discriminatedUnion('type', [actionRow])).max(5);

const label = z.object({
  type: z.literal(T.Label),
  id,
  label: z.string().min(1).max(45),
  description: z.string().max(100).nullish(),
  component: z.discriminatedUnion('type', [textInput, ...selects]),
});
const textInputRow = z.object({ type: z.literal(T.ActionRow), id, components: z.array(textInput).length(1) });

/** What a modal may be made of. */
export const modalComponents = z
  .array(z.discriminatedUnion('type', [label, textInputRow, textDisplay]))
  .min(1)
  .max(5);
