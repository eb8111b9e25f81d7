import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { requireBindable, requireId } from './channels.ts';
import { tellConfig } from './net-commands.ts';
import { resolveNet } from './net-ref.ts';
import { monitorsOf } from './net-settings.ts';

export const bindChannel: Handler<'net.bind'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const old = resolveNet(draft.state, input.net);
    requireBindable(draft, context, input.channelId, old.uid);
    if (old.channelIds.includes(input.channelId)) return { net: old, changed: false };
    const net = { ...old, channelIds: [...old.channelIds, input.channelId], updatedAt: draft.at };
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.bind', net.uid);
    return { net, changed: true };
  },
};

export const unbindChannel: Handler<'net.unbind'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input) {
    requireId(input.channelId);
    const old = draft.state.netByChannel.get(input.channelId);
    if (!old) throw new ShardError('channel.not-bound', { channelId: input.channelId });
    const channelIds = old.channelIds.filter((channelId) => channelId !== input.channelId);
    const monitors = monitorsOf(channelIds, old.monitors);
    const net = { ...old, channelIds, monitors, updatedAt: draft.at };
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.unbind', net.uid);
    return { net };
  },
};
