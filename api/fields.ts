import { z } from 'zod';
import { cleanText, textForm } from '../shard/alerts/alert-text.ts';

/** More than anything that can be cleaned into a short text has. */
const RAW_MAX = 2000;

/** A text in one line of at most `max` characters, checked as the shard does, so that it is listed with other bad fields. */
export function cleanTextField(max: number) {
  return z
    .string()
    .max(RAW_MAX)
    .refine((text) => cleanText(text, max) !== null, `This text is not possible: ${textForm(max)}`);
}
