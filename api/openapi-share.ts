import { isDeepStrictEqual } from 'node:util';
import { PROBLEM_TYPE } from './problem.ts';

/** The places of an OpenAPI document that hold errors. */
interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { examples?: Record<string, Example> };
}

interface Operation {
  responses?: Record<string, { content?: Record<string, { examples?: Record<string, Example> }> }>;
}

type Example = { value: { instance: string } } | { $ref: string };

/**
 * Moves examples of errors that say the same at many operations to one place, to which the operations refer: written out
 * at each they were half of the document. They are about the first of these operations.
 */
export function shareErrorExamples<D extends object>(document: D): D {
  const { paths = {}, components = {} } = document as Document;
  const shared: Record<string, Example> = {};
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, { content }] of Object.entries(operation.responses ?? {})) {
      const examples = content?.[PROBLEM_TYPE]?.examples ?? {};
      for (const [code, example] of Object.entries(examples)) {
        const name = `${status}.${code}`;
        shared[name] ??= example;
        if (isSame(shared[name], example)) examples[code] = { $ref: `#/components/examples/${name}` };
      }
    }
  }
  return { ...document, components: { ...components, examples: shared } };
}

/** Whether they differ in nothing but the path they are about. */
function isSame(one: Example, other: Example): boolean {
  if (!('value' in one) || !('value' in other)) return false;
  return isDeepStrictEqual({ ...one.value, instance: '' }, { ...other.value, instance: '' });
}
