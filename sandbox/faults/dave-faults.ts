import { randomBytes } from 'node:crypto';
import { Encoder } from '@evan/opus';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { u16 } from '../voice/mls-codec.ts';
import { FRAME_SAMPLES } from '../voice/rtp.ts';
import type { VoiceRoom } from '../voice/voice-room.ts';
import type { VoiceSession } from '../voice/voice-session.ts';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';
import { clearPackets, mediaOf } from './hostile-packets.ts';
import { matchOf } from './voice-match.ts';

/** Transitions that no group announces: it would have to come to 65,000 of its own first. */
const BROKEN_TRANSITION = 0xfff0;
const DOWNGRADE_TRANSITION = 0xfff1;
const COMMIT_BYTES = 300;
const CLEAR_FRAMES = 10;
const SAMPLE_RATE = 48_000;

/** Does something to every member of a group that the fault concerns. */
function toMembers(act: (session: VoiceSession, room: VoiceRoom, services: FaultServices) => void): FaultKind {
  return {
    at: 'once',
    strike: (spec: FaultSpec, services: FaultServices) => {
      let hit = 0;
      for (const session of services.voiceServer.find(matchOf(spec))) {
        const room = services.voiceServer.roomOf(session);
        if (!session.attached || !room?.group.members().includes(session.userId)) continue;
        act(session, room, services);
        hit++;
      }
      return hit;
    },
  };
}

/**
 * The voice server says that the call is no longer end-to-end encrypted, though it is. Bots are also sent loud noise in the
 * clear, in the name of the others.
 */
function downgrade(session: VoiceSession, _: VoiceRoom, { world, voiceServer }: FaultServices): void {
  const transition = { transition_id: DOWNGRADE_TRANSITION };
  session.json(VoiceOpcodes.DavePrepareTransition, { ...transition, protocol_version: 0 });
  session.json(VoiceOpcodes.DaveExecuteTransition, transition);
  const { media } = session;
  if (media === undefined || !world.bots.has(session.userId)) return;
  for (const sender of mediaOf(voiceServer.othersOf(session))) {
    for (const datagram of clearPackets(sender, media, noise())) voiceServer.inject(session, datagram);
  }
}

function noise(): Buffer[] {
  const encoder = new Encoder({ channels: 1, sample_rate: SAMPLE_RATE, application: 'audio' });
  return Array.from({ length: CLEAR_FRAMES }, () => {
    const bytes = randomBytes(2 * FRAME_SAMPLES);
    const samples = Int16Array.from({ length: FRAME_SAMPLES }, (_, n) => bytes.readInt16LE(2 * n));
    return Buffer.from(encoder.encode(samples));
  });
}

/** Faults of end-to-end encryption: what a voice server must not send, and does. */
export const DAVE_FAULTS: Readonly<Record<string, FaultKind>> = {
  'dave.wrong-epoch': toMembers((session, { group }) =>
    session.binary(VoiceOpcodes.DaveMlsProposals, group.strayProposals()),
  ),
  'dave.repeat-external-sender': toMembers((session, { group }) =>
    session.binary(VoiceOpcodes.DaveMlsExternalSender, group.externalSender),
  ),
  'dave.invalid-commit': toMembers((session) =>
    session.binary(
      VoiceOpcodes.DaveMlsAnnounceCommitTransition,
      Buffer.concat([u16(BROKEN_TRANSITION), randomBytes(COMMIT_BYTES)]),
    ),
  ),
  'dave.downgrade': toMembers(downgrade),
};
