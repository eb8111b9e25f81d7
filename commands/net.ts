import { ChannelType } from 'discord.js';
import { NET_NAME_MAX } from '../shard/nets/net-name.ts';
import { bySubcommand, type CommandContext, type Execute, type SlashCommand } from './command.ts';
import { channelOption, EVERYONE, netOption, slashCommand, subcommand, textOption } from './define.ts';
import { suggestNets } from './suggestions.ts';
import { card } from './views/card.ts';
import { netListView } from './views/net-list.ts';
import { plainName } from './views/plain.ts';

const create: Execute = async ({ change, options, texts }) => {
  const { net } = await change({ type: 'net.create', name: options.getString('name', true) });
  return { view: card('good', texts.net.created(plainName(net.name), net.id, net.uid)) };
};

const rename: Execute = async ({ change, options, texts, read }) => {
  const ref = { text: options.getString('net', true) };
  const before = read.net(ref).name;
  const { net, changed } = await change({ type: 'net.rename', net: ref, name: options.getString('name', true) });
  const now = plainName(net.name);
  return { view: card('good', changed ? texts.net.renamed(plainName(before), now) : texts.net.nameKept(now)) };
};

const remove: Execute = async ({ change, options, texts }) => {
  const { net } = await change({ type: 'net.remove', net: { text: options.getString('net', true) } });
  return { view: card('good', texts.net.removed(plainName(net.name), net.id)) };
};

const list: Execute = ({ read, texts }) => ({ view: netListView(read, texts) });

const bind: Execute = async (context) => {
  const { change, options, texts } = context;
  const channel = channelOf(context);
  const ref = { text: options.getString('net', true) };
  const { net, changed } = await change({ type: 'net.bind', net: ref, channelId: channel.id });
  const say = changed ? texts.net.bound : texts.net.boundAlready;
  return { view: card('good', say(channel.name, plainName(net.name))) };
};

const unbind: Execute = async (context) => {
  const channel = channelOf(context);
  const { net } = await context.change({ type: 'net.unbind', channelId: channel.id });
  return { view: card('good', context.texts.net.unbound(channel.name, plainName(net.name))) };
};

function channelOf({ options }: CommandContext): { id: string; name: string } {
  const channel = options.getChannel('channel', true);
  return { id: channel.id, name: plainName(channel.name ?? channel.id) };
}

/** `/net`: the nets and the voice channels that carry them. */
export const net: SlashCommand = {
  data: slashCommand('net', EVERYONE, [
    subcommand('net create', [textOption('net create name', { max_length: NET_NAME_MAX })]),
    subcommand('net rename', [
      netOption('net rename net'),
      textOption('net rename name', { max_length: NET_NAME_MAX }),
    ]),
    subcommand('net remove', [netOption('net remove net')]),
    subcommand('net list'),
    subcommand('net bind', [netOption('net bind net'), channelOption('net bind channel', [ChannelType.GuildVoice])]),
    subcommand('net unbind', [channelOption('net unbind channel', [ChannelType.GuildVoice])]),
  ]),
  execute: bySubcommand({ create, rename, remove, list, bind, unbind }),
  suggest: { net: suggestNets },
};
