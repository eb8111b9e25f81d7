import type { Calls } from '../gateway/calls.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { RestStrike, SeenRequest } from '../rest/rest.ts';
import type { Fate, Hop } from '../voice/voice-media.ts';
import type { VoiceServer } from '../voice/voice-server.ts';
import type { World } from '../world/world.ts';

/** What a fault concerns and for how long. Without any of it: everything, once. */
export interface FaultSpec {
  /** User ids and a channel id, as far as they are given. */
  botId?: string | undefined;
  memberId?: string | undefined;
  channelId?: string | undefined;
  /** `POST /channels/:id/messages`, `/channels/*`: the method may be left out, `:x` is any segment, `*` ends it. */
  route?: string | undefined;
  times?: number | undefined;
  durationMs?: number | undefined;
  /** A close code, for `voice.drop`. */
  code?: number | undefined;
  /** How many of the packets, for `voice.udp-loss` and `voice.udp-reorder`. */
  percent?: number | undefined;
  /** How long a request waits, for `rest.delay`. */
  delayMs?: number | undefined;
}

/** What faults act on. */
export interface FaultServices {
  world: World;
  gateway: Gateway;
  calls: Calls;
  voiceServer: VoiceServer;
}

/**
 * A kind of fault. One `at: 'once'` strikes whatever matches and answers how much it hit; one `at: 'request'` has the
 * REST API refuse, or delay, the requests that match; one `at: 'packet'` decides what becomes of voice packets.
 */
export type FaultKind =
  | {
      at: 'once';
      strike: (spec: FaultSpec, services: FaultServices) => number;
      /** Undoes what lasts, when the fault is taken back. */
      lift?: (spec: FaultSpec, services: FaultServices) => void;
    }
  | {
      at: 'request';
      matches: (spec: FaultSpec, seen: SeenRequest) => boolean;
      /** `leftMs`: how long the fault goes on. */
      answer: (spec: FaultSpec, leftMs: number) => RestStrike;
    }
  | { at: 'packet'; fate: (spec: FaultSpec, hop: Hop) => Fate };
