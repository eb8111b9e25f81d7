import type { NetSettings } from '../records.ts';

/** What a net has that was given nothing. */
export const DEFAULT_NET_SETTINGS: Readonly<NetSettings> = {
  priority: 5,
  mode: 'open',
  gainDb: 0,
  timeLimitSeconds: null,
  access: 'open',
  monitors: {},
  relayTargetNetUids: [],
};

/** The settings of a net or of an archive entry, without the rest of it. */
export function netSettings(from: NetSettings): NetSettings {
  const { priority, mode, gainDb, timeLimitSeconds, access, monitors, relayTargetNetUids } = from;
  return { priority, mode, gainDb, timeLimitSeconds, access, monitors, relayTargetNetUids };
}

/** The monitors of these channels and of no others, in the order of the channels; channels without any are left out. */
export function monitorsOf(channelIds: readonly string[], monitors: NetSettings['monitors']): NetSettings['monitors'] {
  return Object.fromEntries(
    channelIds.flatMap((channelId) => (monitors[channelId]?.length ? [[channelId, monitors[channelId]]] : [])),
  );
}
