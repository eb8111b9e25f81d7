import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { requireId } from '../nets/channels.ts';
import type { SettingsRecord } from '../records.ts';
import { ONLY, type StateView } from '../state.ts';

const NO_SETTINGS: SettingsRecord = {
  opsChannelId: null,
  readyRoomId: null,
  adminRoleIds: [],
  commanderRoleIds: [],
  squadLeadRoleIds: [],
};

/** Most roles one setting may name: more than any guild has (250). */
const MAX_ROLES = 250;

/** The guild's settings now. */
export function settingsOf(state: StateView): SettingsRecord {
  return state.tables.settings.get(ONLY) ?? NO_SETTINGS;
}

export const setSettings: Handler<'settings.set'> = {
  needs: 'admin',
  privileged: false,
  plan(draft, input, context) {
    const old = settingsOf(draft.state);
    const settings: SettingsRecord = {
      opsChannelId: input.opsChannelId === undefined ? old.opsChannelId : input.opsChannelId,
      readyRoomId: input.readyRoomId === undefined ? old.readyRoomId : input.readyRoomId,
      adminRoleIds: input.adminRoleIds ?? old.adminRoleIds,
      commanderRoleIds: input.commanderRoleIds ?? old.commanderRoleIds,
      squadLeadRoleIds: input.squadLeadRoleIds ?? old.squadLeadRoleIds,
    };
    requireChannel(context, 'opsChannelId', input.opsChannelId, 'text');
    requireChannel(context, 'readyRoomId', input.readyRoomId, 'voice');
    for (const roleIds of [settings.adminRoleIds, settings.commanderRoleIds, settings.squadLeadRoleIds]) {
      if (roleIds.length > MAX_ROLES) throw new ShardError('setting.invalid', { name: 'roles', reason: 'too many.' });
      roleIds.forEach(requireId);
    }
    if (JSON.stringify(settings) === JSON.stringify(old)) return { settings: old, changed: false };
    draft.put('settings', ONLY, settings);
    draft.emit({ type: 'config.changed', data: { action: 'settings.set' } });
    return { settings, changed: true };
  },
};

function requireChannel(
  context: PlanContext,
  name: string,
  channelId: string | null | undefined,
  kind: 'text' | 'voice',
): void {
  if (channelId === null || channelId === undefined) return;
  requireId(channelId);
  const channel = context.presence.channels.get(channelId);
  if (!channel) return;
  if (channel.kind !== kind) throw new ShardError('setting.invalid', { name, reason: `it must be a ${kind} channel.` });
  if (!channel.usable) throw new ShardError('channel.not-visible', { channelId });
}
