import { VoiceCloseCodes } from 'discord-api-types/voice/v8';
import type { FaultKind } from './fault.ts';

/** Faults of voice connections. A kick (4014) also ends the voice state; other codes leave it, as with Discord. */
export const VOICE_FAULTS: Readonly<Record<string, FaultKind>> = {
  'voice.drop': {
    at: 'once',
    strike: ({ botId, memberId, channelId, code = VoiceCloseCodes.VoiceServerCrashed }, { world, voiceServer }) => {
      const userId = memberId ?? botId;
      const match = { ...(userId === undefined ? {} : { userId }), ...(channelId === undefined ? {} : { channelId }) };
      const hit = voiceServer.drop(match, code);
      if (code !== VoiceCloseCodes.Disconnected) return hit;
      for (const guild of world.guilds.values()) {
        for (const state of [...guild.voice.values()]) {
          const isMatch =
            (userId ?? state.userId) === state.userId && (channelId ?? state.channelId) === state.channelId;
          if (isMatch) world.setVoice(guild, state.userId, null);
        }
      }
      return hit;
    },
  },
};
