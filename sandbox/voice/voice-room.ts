import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { DaveGroup } from './dave-group.ts';
import type { VoiceSession } from './voice-session.ts';
import type { VoiceSwitches } from './voice-switches.ts';

/** The call in one voice channel: who takes part, who was told about whom, and its DAVE group. */
export class VoiceRoom {
  readonly group: DaveGroup;
  private readonly switches: VoiceSwitches;
  private readonly inside = new Map<string, VoiceSession>();

  constructor(channelId: string, switches: VoiceSwitches, log: (line: string) => void) {
    this.switches = switches;
    this.group = new DaveGroup({
      channelId,
      switches,
      log,
      delivery: {
        json: (userId, op, data) => this.inside.get(userId)?.json(op, data),
        binary: (userId, op, payload) => this.inside.get(userId)?.binary(op, payload),
        connected: (userId) => this.inside.get(userId)?.attached ?? false,
      },
    });
  }

  get empty(): boolean {
    return this.inside.size === 0;
  }

  /** Everyone in the call. */
  sessions(): Iterable<VoiceSession> {
    return this.inside.values();
  }

  /** Lets a session in whose session description was sent: clients drop op 25 before that, and op 27 wants op 11 first. */
  join(session: VoiceSession): void {
    const others = [...this.inside.values()];
    this.inside.set(session.userId, session);
    session.inCall = true;
    if (others.length > 0) {
      session.json(VoiceOpcodes.ClientsConnect, { user_ids: others.map((other) => other.userId) });
    }
    for (const other of others) {
      other.json(VoiceOpcodes.ClientsConnect, { user_ids: [session.userId] });
      if (this.switches.speakingOnJoin) this.introduce(other, session);
    }
    this.group.join(session.userId);
  }

  /** Lets a session out for good and tells the others. */
  leave(session: VoiceSession): void {
    if (this.inside.get(session.userId) !== session) return;
    this.inside.delete(session.userId);
    session.inCall = false;
    for (const other of this.inside.values()) {
      other.introducedTo.delete(session.userId);
      other.json(VoiceOpcodes.ClientDisconnect, { user_id: session.userId });
    }
    this.group.leave(session.userId);
  }

  /** Op 5 from a client. */
  speaking(session: VoiceSession, flags: number): void {
    session.speaking = flags;
    for (const other of this.inside.values()) {
      if (other === session) continue;
      if (this.switches.speakingEverySpurt || !session.introducedTo.has(other.userId)) this.introduce(session, other);
    }
  }

  private introduce(speaker: VoiceSession, listener: VoiceSession): void {
    if (speaker.speaking === undefined || speaker.media === undefined) return;
    speaker.introducedTo.add(listener.userId);
    const { userId, speaking } = speaker;
    listener.json(VoiceOpcodes.Speaking, { user_id: userId, ssrc: speaker.media.ssrc, speaking });
  }
}
