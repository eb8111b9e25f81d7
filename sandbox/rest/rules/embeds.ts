import { z } from 'zod';
import { complain } from '../form.ts';

/** Characters of all embeds of a message together (Discord's documentation, "Embed Limits"). */
const MAX_TOTAL = 6000;

const media = z.looseObject({ url: z.string().max(2048) }).nullish();
const embed = z.object({
  title: z.string().max(256).nullish(),
  type: z.string().optional(),
  description: z.string().max(4096).nullish(),
  url: z.string().max(2048).nullish(),
  timestamp: z.string().nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  footer: z.looseObject({ text: z.string().min(1).max(2048) }).nullish(),
  image: media,
  thumbnail: media,
  author: z.looseObject({ name: z.string().min(1).max(256) }).nullish(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().optional(),
      }),
    )
    .max(25)
    .nullish(),
});

function size({ title, description, footer, author, fields }: z.infer<typeof embed>): number {
  const texts = [title, description, footer?.text, author?.name, ...(fields ?? []).flatMap((f) => [f.name, f.value])];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** The embeds of a message. */
export const embedsSchema = z
  .array(embed)
  .max(10)
  .superRefine((embeds, ctx) => {
    if (embeds.reduce((sum, one) => sum + size(one), 0) > MAX_TOTAL) {
      complain(ctx, [], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_TOTAL}`);
    }
  });
