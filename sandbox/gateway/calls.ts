import type { z } from 'zod';
import type { VoiceServer } from '../voice/voice-server.ts';
import type { VoiceTicket } from '../voice/voice-session.ts';
import type { Change } from '../world/changes.ts';
import type { Guild, VoiceState } from '../world/model.ts';
import { enterVoice, joinRefusal } from '../world/voice-access.ts';
import type { World } from '../world/world.ts';
import type { voiceUpdateSchema } from './connection.ts';
import type { GatewaySession } from './session.ts';

export interface CallsOptions {
  world: World;
  voiceServer: VoiceServer;
  /** Living sessions of a bot. */
  sessionsOf: (botId: string) => readonly GatewaySession[];
}

/**
 * Holds voice states and the voice server together: who leaves or is moved loses the voice connection, and a bot that
 * joins or is moved is told where to connect.
 */
export class Calls {
  private readonly options: CallsOptions;
  private readonly speakers = new Set<string>();

  constructor(options: CallsOptions) {
    this.options = options;
  }

  /** Follows the voice server's speaking indicators. */
  start(): void {
    this.options.voiceServer.onSpeaking = (guildId, userId, speaking) => {
      if (speaking) this.speakers.add(`${guildId}:${userId}`);
      else this.speakers.delete(`${guildId}:${userId}`);
    };
  }

  isSpeaking(guildId: string, userId: string): boolean {
    return this.speakers.has(`${guildId}:${userId}`);
  }

  /** Op 4 of a bot. What it may not do is not answered, as with Discord. */
  update(session: GatewaySession, data: z.infer<typeof voiceUpdateSchema>): void {
    const { world, voiceServer } = this.options;
    const guild = world.guilds.get(data.guild_id);
    const { userId } = session.bot;
    if (!guild?.members.has(userId)) return;
    if (data.channel_id === null) world.setVoice(guild, userId, null);
    const channel = guild.channels.get(data.channel_id ?? '');
    if (!channel || joinRefusal(guild, channel, userId)) return;
    const before = guild.voice.get(userId);
    const isAlive = voiceServer.isConnected(guild.id, userId);
    const state = { sessionId: session.options.id, selfMute: data.self_mute, selfDeaf: data.self_deaf };
    enterVoice(world, guild, channel, userId, state);
    const isSame = before?.channelId === channel.id && before.sessionId === session.options.id;
    if (isSame && !isAlive) this.tellServer(guild, userId);
  }

  /** After a change of somebody's voice state has been told to the bots. */
  follow(change: Change): void {
    if (change.type !== 'voice.updated') return;
    const { guild, userId, before, after } = change;
    this.mute(guild, userId, after);
    if (!after) {
      this.speakers.delete(`${guild.id}:${userId}`);
      this.options.voiceServer.disconnect(guild.id, userId);
    }
    const isElsewhere = before?.channelId !== after?.channelId || before?.sessionId !== after?.sessionId;
    if (after && isElsewhere && this.options.world.bots.has(userId)) this.tellServer(guild, userId);
  }

  /** A ticket for the place a voice state names; an earlier voice connection of theirs ends. */
  ticket(guild: Guild, state: VoiceState): VoiceTicket {
    const { userId, channelId, sessionId } = state;
    return this.options.voiceServer.expect({ userId, channelId, sessionId, guildId: guild.id });
  }

  /** Takes a bot out of the channels it joined with a session that is gone. */
  leaveAll(session: GatewaySession): void {
    const { world } = this.options;
    for (const guild of world.guilds.values()) {
      const state = guild.voice.get(session.bot.userId);
      if (state?.sessionId === session.options.id) world.setVoice(guild, state.userId, null);
    }
  }

  private mute(guild: Guild, userId: string, state: VoiceState | null): void {
    const member = guild.members.get(userId);
    this.options.voiceServer.setMuted(guild.id, userId, {
      mute: (state && member?.mute) ?? false,
      deaf: (state && member?.deaf) ?? false,
      selfMute: state?.selfMute ?? false,
      selfDeaf: state?.selfDeaf ?? false,
    });
  }

  /** VOICE_SERVER_UPDATE, to the session the bot joined with; an earlier voice connection of the bot's ends. */
  tellServer(guild: Guild, userId: string): void {
    const state = guild.voice.get(userId);
    const session = this.options.sessionsOf(userId).find((one) => one.options.id === state?.sessionId);
    if (!state || !session) return;
    const { token, endpoint } = this.ticket(guild, state);
    session.dispatch('VOICE_SERVER_UPDATE', { token, guild_id: guild.id, endpoint });
  }
}
