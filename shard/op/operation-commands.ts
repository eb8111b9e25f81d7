import type { Handler } from '../handler.ts';
import type { OperationRecord } from '../records.ts';
import { ONLY, type StateView } from '../state.ts';

/** The operation now; closed since the beginning of time when it was never opened. */
export function operationOf(state: StateView): OperationRecord {
  return state.tables.operation.get(ONLY) ?? { open: false, changedAt: new Date(0).toISOString() };
}

export const setOperation: Handler<'operation.set'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, { open }) {
    if (operationOf(draft.state).open === open) return { open, changed: false };
    draft.put('operation', ONLY, { open, changedAt: draft.at });
    if (open) draft.emit({ type: 'operation.opened', data: { open, ...draft.cause() } });
    else draft.emit({ type: 'operation.closed', data: { open, ...draft.cause() } });
    return { open, changed: true };
  },
};
