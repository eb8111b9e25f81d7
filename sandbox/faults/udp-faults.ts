import type { Media } from '../voice/voice-session.ts';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';
import { forgedDatagrams, mediaOf, paddingBurst } from './hostile-packets.ts';
import { concernsHop, inCompany } from './voice-match.ts';

/** How many of the packets a lossy and a disordered network hit, in percent, unless a fault says otherwise. */
const LOSS_PERCENT = 5;
const REORDER_PERCENT = 10;
/** A packet that is held back this long, in ms, is overtaken by the next two or three. */
const HELD_BACK_MS = 50;

const happens = (percent: number): boolean => Math.random() * 100 < percent;

/** Sends every session concerned what `of` makes in the name of each other member of its call. */
function sends(of: (sender: Media, to: Media) => readonly Buffer[]): FaultKind {
  return {
    at: 'once',
    strike: (spec: FaultSpec, services: FaultServices) => {
      const targets = inCompany(spec, services);
      for (const { session, others } of targets) {
        if (session.media === undefined) continue;
        for (const sender of mediaOf(others)) {
          for (const datagram of of(sender, session.media)) services.voiceServer.inject(session, datagram);
        }
      }
      return targets.length;
    },
  };
}

/** Faults of the way the voice packets take. */
export const UDP_FAULTS: Readonly<Record<string, FaultKind>> = {
  'voice.udp-loss': {
    at: 'packet',
    fate: (spec, hop) => (concernsHop(spec, hop) && happens(spec.percent ?? LOSS_PERCENT) ? 'drop' : 'pass'),
  },
  'voice.udp-reorder': {
    at: 'packet',
    fate: (spec, hop) =>
      concernsHop(spec, hop) && happens(spec.percent ?? REORDER_PERCENT) ? { delayMs: HELD_BACK_MS } : 'pass',
  },
  'voice.udp-forge': sends((sender) => forgedDatagrams(sender)),
  'voice.padding-burst': sends(paddingBurst),
};
