import type { AssignmentInput } from '../commands.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { refField } from '../nets/net-ref.ts';
import { applyAssignment } from './assignments.ts';

export const setAssignment: Handler<'assignment.set'> = {
  needs: 'squad-lead',
  privileged: false,
  plan: applyAssignment,
};

export const setAssignments: Handler<'assignment.bulk'> = {
  needs: 'squad-lead',
  privileged: false,
  plan(draft, { items }, context) {
    const details: ErrorDetail[] = [];
    const results = items.flatMap((item, index) => {
      try {
        return [applyAssignment(draft, item, context)];
      } catch (error) {
        details.push(itemDetail(error, item, index));
        return [];
      }
    });
    const [first] = details;
    if (first)
      throw new ShardError('assignment.items-invalid', { count: details.length, first: first.detail }, details);
    return { results };
  },
};

/** What is wrong with one item. What is wrong with the whole guild, or unexpected, is thrown on. */
function itemDetail(error: unknown, { net }: AssignmentInput, index: number): ErrorDetail {
  if (!(error instanceof ShardError) || error.code === 'assignment.limit') throw error;
  const field = error.code === 'id.invalid' ? 'userId' : refField(net, error);
  return { pointer: `/assignments/${index}/${field}`, detail: error.message };
}
