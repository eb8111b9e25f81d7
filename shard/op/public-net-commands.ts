import type { CommandType } from '../commands.ts';
import type { Draft } from '../draft.ts';
import type { Handler } from '../handler.ts';
import { detachNet } from '../nets/detach.ts';
import { tellConfig } from '../nets/net-commands.ts';
import { DEFAULT_NET_SETTINGS } from '../nets/net-settings.ts';
import type { PublicNetPatch } from '../records.ts';
import { ONLY } from '../state.ts';
import { DEFAULT_FEATURES, featuresOf } from './features.ts';
import { publicNetRecord, setPublicNet } from './public-net.ts';

/** Shows it, with another name or other roles if given; also changes it while it is shown. */
export const showPublicNet: Handler<'public-net.show'> = {
  needs: 'admin',
  privileged: true,
  plan(draft, { name, roleIds }, context) {
    return changed(draft, 'public-net.show', () => {
      setPublicNet(draft, context, { enabled: true, name, roleIds });
    });
  },
};

/** Keeps name, roles and channels for the next time. */
export const hidePublicNet: Handler<'public-net.hide'> = {
  needs: 'admin',
  privileged: true,
  plan(draft, _, context) {
    return changed(draft, 'public-net.hide', () => setPublicNet(draft, context, { enabled: false }));
  },
};

/** Back to how it was before it was ever shown, but for its uid and what a restore brings back. */
export const removePublicNet: Handler<'public-net.remove'> = {
  needs: 'admin',
  privileged: true,
  plan(draft, _, context) {
    return changed(draft, 'public-net.remove', () => {
      setPublicNet(draft, context, { ...DEFAULT_FEATURES.publicNet, enabled: false });
      strip(draft);
    });
  },
};

/** Brings back the name and the roles it was shown with last, where no others are given. */
export const restorePublicNet: Handler<'public-net.restore'> = {
  needs: 'admin',
  privileged: true,
  plan(draft, { name, roleIds }, context) {
    const last = publicNetRecord(draft.state)?.shown ?? featuresOf(draft.state).publicNet;
    const patch: PublicNetPatch = { enabled: true, name: name ?? last.name, roleIds: roleIds ?? last.roleIds };
    return changed(draft, 'public-net.restore', () => setPublicNet(draft, context, patch));
  },
};

/** Unbinds it and takes everybody and every relay off it. */
function strip(draft: Draft): void {
  const record = publicNetRecord(draft.state);
  if (!record) return;
  const net = { ...record.net, channelIds: [], ...DEFAULT_NET_SETTINGS };
  if (JSON.stringify(net) !== JSON.stringify(record.net)) draft.put('publicNet', ONLY, { ...record, net });
  detachNet(draft, net);
}

/** Does it, and tells so when it changed anything. */
function changed(draft: Draft, action: CommandType, work: () => void) {
  work();
  const isChanged = draft.rows().length > 0;
  if (isChanged) tellConfig(draft, action, publicNetRecord(draft.state)?.net.uid);
  return { features: featuresOf(draft.state), changed: isChanged };
}
