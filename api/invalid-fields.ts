import type { z } from 'zod';
import type { ErrorDetail } from '../shard/errors.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * What a schema found wrong, one for each field. Of a shape that can be several things the one that was meant is
 * looked into, if that can be told.
 */
export function invalidFields(issues: readonly Issue[], at: Path = []): ErrorDetail[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const inner = innerIssues(issue);
    return inner ? invalidFields(inner, path) : [{ pointer: pointer(path), detail: issue.message }];
  });
}

/** What says more than the issue itself. */
function innerIssues(issue: Issue): readonly Issue[] | undefined {
  if (issue.code === 'invalid_key') return issue.issues;
  // A choice that is wrong as a whole was not meant.
  if (issue.code === 'invalid_union') return issue.errors.find((choice) => choice.every(({ path }) => path.length > 0));
  return undefined;
}

/** A JSON pointer (RFC 6901). */
function pointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
