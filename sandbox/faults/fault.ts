import type { Gateway } from '../gateway/gateway.ts';
import type { SeenRequest } from '../rest/rest.ts';
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
}

/** What faults act on. */
export interface FaultServices {
  world: World;
  gateway: Gateway;
  voiceServer: VoiceServer;
}

/**
 * A kind of fault. One `at: 'once'` strikes whatever matches and answers how much it hit; one `at: 'request'` has the
 * REST API refuse the requests that match.
 */
export type FaultKind =
  | { at: 'once'; strike: (spec: FaultSpec, services: FaultServices) => number }
  | { at: 'request'; retryAfterMs: number; matches: (spec: FaultSpec, seen: SeenRequest) => boolean };
