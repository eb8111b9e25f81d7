import { VoiceCloseCodes } from 'discord-api-types/voice/v8';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';
import { matchOf } from './voice-match.ts';

function drop(spec: FaultSpec, { world, voiceServer }: FaultServices): number {
  const { code = VoiceCloseCodes.VoiceServerCrashed } = spec;
  const { userId, channelId } = matchOf(spec);
  const hit = voiceServer.drop(matchOf(spec), code);
  if (code !== VoiceCloseCodes.Disconnected) return hit;
  for (const guild of world.guilds.values()) {
    for (const state of [...guild.voice.values()]) {
      const isMatch = (userId ?? state.userId) === state.userId && (channelId ?? state.channelId) === state.channelId;
      if (isMatch) world.setVoice(guild, state.userId, null);
    }
  }
  return hit;
}

/**
 * The call goes on at another address: bots are told by VOICE_SERVER_UPDATE, and their old voice session is closed with
 * 4014, as Discord documents it for a changed voice server. People come back by themselves.
 */
function moveServer(spec: FaultSpec, { world, calls, voiceServer }: FaultServices): number {
  const moved = voiceServer.find(matchOf(spec)).map(({ ticket }) => ticket);
  if (moved.length > 0) voiceServer.changeAddress();
  for (const { guildId, userId } of moved) {
    const guild = world.guilds.get(guildId);
    if (guild && world.bots.has(userId)) calls.tellServer(guild, userId);
    else voiceServer.disconnect(guildId, userId, VoiceCloseCodes.SessionNoLongerValid);
  }
  return moved.length;
}

/** Faults of voice connections. A kick (4014) also ends the voice state; other codes leave it, as with Discord. */
export const VOICE_FAULTS: Readonly<Record<string, FaultKind>> = {
  'voice.drop': { at: 'once', strike: drop },
  'voice.move-server': { at: 'once', strike: moveServer },
};
