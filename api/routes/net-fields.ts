import { z } from 'zod';
import { ChannelId, NetSettings } from '../schemas.ts';

/** Most channels of one net: a fifth of what a guild can have. */
const MAX_CHANNELS = 100;

const { priority, mode, gainDb, timeLimitSeconds, access } = NetSettings.shape;

/** What a body may say about a net besides its name, at its creation and afterwards. */
export const netFieldsShape = {
  channelIds: z.array(ChannelId).max(MAX_CHANNELS).optional().meta({ description: 'The voice channels bound to it.' }),
  priority: priority.optional().meta({ description: '1 (lowest) to 10 (highest); 5 on a new net.' }),
  mode: mode.optional().meta({
    description: '`open`: all may speak at once; `floor`: one at a time. `open` on a new net.',
  }),
  gainDb: gainDb.optional().meta({ description: 'How much louder or quieter it is heard, in dB; 0 on a new net.' }),
  timeLimitSeconds: timeLimitSeconds.optional().meta({
    description: 'Longest transmission in seconds; null: no limit, as on a new net.',
  }),
  access: access.optional().meta({
    description: '`open`: whoever may enter its channels, as on a new net; `assigned`: only those on the net.',
  }),
};

/** Why a channel cannot be bound to a net. */
export const CHANNEL_ERRORS = ['channel.not-voice', 'channel.stage', 'channel.not-visible', 'channel.bound'] as const;
