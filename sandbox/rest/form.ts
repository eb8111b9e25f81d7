import type { z } from 'zod';
import { ApiError, type FieldError } from './api-error.ts';

type Issue = z.core.$ZodIssue;
type Context = z.RefinementCtx;

/** Adds a complaint in Discord's words from inside a schema's own check. */
export function complain(ctx: Context, path: readonly (string | number)[], code: string, message: string): void {
  ctx.addIssue({ code: 'custom', path: [...path], message, params: { code } });
}

/** Reads a body by a schema, or refuses it as Discord does: 50035 with a complaint for each field. */
export function readForm<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ApiError('invalidForm', parsed.error.issues.flatMap(complaints));
}

function complaints(issue: Issue): FieldError[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch that got furthest says best what is wrong.
    const best = [...issue.errors].sort((a, b) => deepest(b) - deepest(a))[0] ?? [];
    return best.flatMap((inner) => complaints({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  return [{ path, ...complaint(issue) }];
}

const deepest = (issues: readonly Issue[]): number => Math.max(...issues.map((issue) => issue.path.length));

function complaint(issue: Issue): Omit<FieldError, 'path'> {
  if (issue.code === 'custom')
    return { code: String(issue.params?.['code'] ?? 'BASE_TYPE_BAD'), message: issue.message };
  if (issue.input === undefined) return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
  switch (issue.code) {
    case 'invalid_union':
      return { code: 'UNION_TYPE_CHOICES', message: `Value of field "type" is not one of those allowed here.` };
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'too_big':
      return tooMuch(issue.origin, Number(issue.maximum));
    case 'too_small':
      return tooLittle(issue.origin, Number(issue.minimum), issue.input);
    case 'invalid_value':
      return {
        code: 'BASE_TYPE_CHOICES',
        message: `Value must be one of {${issue.values.map((value) => JSON.stringify(value)).join(', ')}}.`,
      };
    case 'invalid_format':
      return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' };
    default:
      return { code: 'BASE_TYPE_BAD', message: issue.message };
  }
}

function wrongType(expected: string, input: unknown): Omit<FieldError, 'path'> {
  const shown = JSON.stringify(input)?.slice(0, 100);
  if (expected === 'array') return { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' };
  if (expected === 'object') {
    return { code: 'MODEL_TYPE_CONVERT', message: 'Only dictionaries may be used in a ModelType' };
  }
  if (expected === 'string') return { code: 'STRING_TYPE_CONVERT', message: `Could not interpret ${shown} as string.` };
  if (expected === 'boolean') return { code: 'BOOLEAN_TYPE_CONVERT', message: 'Must be either true or false.' };
  return { code: 'NUMBER_TYPE_COERCE', message: `Value ${shown} is not ${expected}.` };
}

function tooMuch(origin: string, maximum: number): Omit<FieldError, 'path'> {
  if (origin === 'number' || origin === 'int') {
    return { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${maximum}.` };
  }
  return { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${maximum} or fewer in length.` };
}

function tooLittle(origin: string, minimum: number, input: unknown): Omit<FieldError, 'path'> {
  if (origin === 'number' || origin === 'int') {
    return { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${minimum}.` };
  }
  if (input === '') return { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };
  return { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${minimum} or more in length.` };
}
