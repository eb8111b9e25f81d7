import { type APIMessage, MessageFlags } from 'discord-api-types/v10';
import { z } from 'zod';

/** An answer that begins so and is ephemeral is an error. */
const ERROR_MARK = '❌';

const text = z.string().nullish().catch(undefined);
const optionSchema = z.object({ label: text, description: text }).catch({ label: undefined, description: undefined });
const baseSchema = z.object({
  content: text,
  label: text,
  description: text,
  placeholder: text,
  options: z.array(optionSchema).nullish().catch(undefined),
});
type Part = z.infer<typeof baseSchema> & {
  components?: unknown[] | undefined;
  component?: unknown;
  accessory?: unknown;
  items?: unknown[] | undefined;
};
const partSchema = z.looseObject(baseSchema.shape).transform((part) => part as Part);

/** The words of components, top to bottom: texts, labels, placeholders, options. */
export function componentTexts(components: readonly unknown[]): string[] {
  return components.flatMap((component) => {
    const part = partSchema.safeParse(component).data;
    if (!part) return [];
    const options = (part.options ?? []).flatMap(({ label, description }) => [label, description]);
    return [
      ...[part.content, part.label, part.description, part.placeholder, ...options].filter((one) => one),
      ...componentTexts(part.components ?? []),
      ...componentTexts(part.items ?? []),
      ...componentTexts(part.component ? [part.component] : []),
      ...componentTexts(part.accessory ? [part.accessory] : []),
    ] as string[];
  });
}

/** Everything a person reads in a message, one piece a line: content, embeds, components, names of files. */
export function visibleText(message: APIMessage): string {
  const embeds = message.embeds.flatMap(({ author, title, description, fields, footer }) => [
    author?.name,
    title,
    description,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    footer?.text,
  ]);
  const files = message.attachments.map(({ filename }) => filename);
  return [message.content, ...embeds, ...componentTexts(message.components ?? []), ...files]
    .filter((one) => one)
    .join('\n');
}

/** Whether only the person it answers sees a message. */
export function isEphemeral(message: APIMessage): boolean {
  return ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
}

/** Whether a bot answered with an error: an ephemeral answer whose text begins with ❌. */
export function isErrorAnswer(message: APIMessage): boolean {
  return isEphemeral(message) && visibleText(message).startsWith(ERROR_MARK);
}
