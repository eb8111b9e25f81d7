import type { NetView } from '../../shard/views.ts';
import type { Texts } from '../locales/texts.ts';
import { fitLines } from './card.ts';
import { plainName } from './plain.ts';

/** Characters the names of channels without a voice worker may take. */
const NAMES_BUDGET = 600;

/** A warning that names the channels without a voice worker and what to do; empty when none lacks one. */
export function missingWorkers(nets: readonly NetView[], texts: Texts): string {
  const names = nets
    .flatMap((net) => net.channels)
    .filter((channel) => channel.worker === 'missing')
    .map((channel) =>
      channel.name === null ? texts.config.deletedChannel(channel.channelId) : plainName(channel.name),
    );
  if (names.length === 0) return '';
  return texts.workers.missing(fitLines(names, NAMES_BUDGET, texts.workers.more, ', '));
}
