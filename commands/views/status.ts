import { TimestampStyles, time } from 'discord.js';
import type { Reads } from '../../shard/reads.ts';
import type { OperationRecord } from '../../shard/records.ts';
import type { StatusView } from '../../shard/views.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, type View } from './card.ts';
import { plain, plainName } from './plain.ts';
import { missingWorkers } from './workers.ts';

/** Characters for what the bot cannot do at the moment. */
const REDUCED_BUDGET = 1500;
/** Characters for the names of nets somebody talks on. */
const TALKING_BUDGET = 1000;

/** The shard at a glance: operation, people, nets, missing voice workers, what is reduced. */
export function statusView(read: Reads, texts: Texts): View {
  const status = read.status();
  const missing = missingWorkers(status.nets, texts);
  const reasons = status.reduced.map((reason) => texts.status.reduced(plain(reason)));
  const reduced = fitLines(reasons, REDUCED_BUDGET, texts.status.more);
  return card(
    missing || reduced ? 'warning' : status.operationOpen ? 'good' : 'plain',
    `### ${plainName(status.guildName)}`,
    [
      operationText(read.operation(), texts),
      `${texts.status.connected(status.connected)} · ${texts.status.nets(status.nets.length)}`,
      talkingText(status, texts),
    ].join('\n'),
    missing,
    reduced,
  );
}

/** The operation alone: open or closed and since when, how many are there, who talks. */
export function operationView(read: Reads, texts: Texts): View {
  const status = read.status();
  return card(
    status.operationOpen ? 'good' : 'plain',
    [operationText(read.operation(), texts), texts.status.connected(status.connected), talkingText(status, texts)].join(
      '\n',
    ),
  );
}

function operationText({ open, changedAt }: OperationRecord, texts: Texts): string {
  const at = new Date(changedAt);
  if (!open && at.getTime() === 0) return texts.op.neverOpened;
  const since = time(at, TimestampStyles.RelativeTime);
  return open ? texts.op.openSince(since) : texts.op.closedSince(since);
}

function talkingText({ transmitting }: StatusView, texts: Texts): string {
  if (transmitting.length === 0) return texts.status.nobodyTalking;
  return texts.status.talkingOn(fitLines(transmitting.map(plainName), TALKING_BUDGET, texts.status.more, ', '));
}
