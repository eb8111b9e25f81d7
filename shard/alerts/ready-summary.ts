import type { ReadySummary } from '../record/events.ts';
import type { ParticipantRecord, ReadyCheckRecord } from './alert-records.ts';

/** The outcome of a ready check so far. One that asks nobody finds nobody ready. */
export function readySummary({ participants }: Pick<ReadyCheckRecord, 'participants'>): ReadySummary {
  const count = (status: ParticipantRecord['status']) =>
    participants.filter((participant) => participant.status === status).length;
  const ready = count('ready');
  return {
    total: participants.length,
    pending: count('pending'),
    ready,
    declined: count('declined'),
    afk: count('afk'),
    allReady: ready > 0 && ready === participants.length,
    notReady: participants.filter((participant) => participant.status !== 'ready'),
  };
}
