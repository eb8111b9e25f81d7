import type { Reads } from '../../shard/reads.ts';
import type { NetChannelView, NetView } from '../../shard/views.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, TEXT_LIMIT, type View } from './card.ts';
import { personName } from './names.ts';
import { plainName } from './plain.ts';
import { missingWorkers } from './workers.ts';

/** Characters one net may take for its channels: with 50 nets of ordinary size the list still fits. */
const CHANNELS_BUDGET = 400;

/** All nets: slot, name, who talks, channels with people, and which channel lacks a voice worker. */
export function netListView(read: Reads, texts: Texts): View {
  const nets = read.nets();
  if (nets.length === 0) return card('plain', texts.net.none);
  const warning = missingWorkers(nets, texts);
  const title = `### ${texts.net.title}`;
  const budget = TEXT_LIMIT - title.length - warning.length;
  const entries = nets.map((net) => `${headLine(net, read, texts)}\n-# ${channelLine(net, texts)}`);
  return card(warning ? 'warning' : 'plain', title, warning, fitLines(entries, budget, texts.net.more));
}

function headLine(net: NetView, read: Reads, texts: Texts): string {
  const line = texts.net.line(net.id, plainName(net.name), net.occupancy);
  if (net.transmitting.length === 0) return line;
  return `${line} · ${texts.net.talking(net.transmitting.map((userId) => personName(read, userId)).join(', '))}`;
}

function channelLine(net: NetView, texts: Texts): string {
  if (net.channels.length === 0) return texts.net.noChannel;
  // Channels without a worker first, so that shortening never hides them before others.
  const channels = net.channels.toSorted((a, b) => Number(b.worker === 'missing') - Number(a.worker === 'missing'));
  const names = channels.map((channel) => channelText(channel, texts));
  return fitLines(names, CHANNELS_BUDGET, texts.net.moreChannels, ', ');
}

function channelText({ channelId, name, people, worker }: NetChannelView, texts: Texts): string {
  const shown = name === null ? texts.config.deletedChannel(channelId) : plainName(name);
  return worker === 'missing' ? texts.net.channelLacksWorker(shown, people) : texts.net.channel(shown, people);
}
