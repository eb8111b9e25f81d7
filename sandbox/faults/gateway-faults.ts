import { GatewayOpcodes } from 'discord-api-types/v10';
import type { GatewaySession } from '../gateway/session.ts';
import type { FaultKind, FaultServices, FaultSpec } from './fault.ts';

function connected({ botId }: FaultSpec, { gateway }: FaultServices): GatewaySession[] {
  return gateway.sessionsOf(botId).filter((session) => session.socket !== null);
}

function each(act: (session: GatewaySession, services: FaultServices) => void): FaultKind {
  return {
    at: 'once',
    strike: (spec, services) => {
      const sessions = connected(spec, services);
      for (const session of sessions) act(session, services);
      return sessions.length;
    },
  };
}

/**
 * The line goes half dead: heartbeats on it are not acknowledged any more, whatever else goes through. A line stays so until
 * the bot gives it up, or the fault's duration is over, or the fault is taken back.
 */
const silence: FaultKind = {
  at: 'once',
  strike: (spec, services) => {
    const fresh = connected(spec, services).filter((session) => session.socket?.isHushed === false);
    for (const { socket } of fresh) socket?.hush(spec.durationMs ?? Number.POSITIVE_INFINITY);
    return fresh.length;
  },
  lift: (spec, services) => {
    for (const { socket } of connected(spec, services)) socket?.hush(0);
  },
};

/** Faults of the gateway: the line breaks or dies, the server asks to reconnect, the session is worth nothing any more. */
export const GATEWAY_FAULTS: Readonly<Record<string, FaultKind>> = {
  'gateway.drop': each((session) => session.socket?.terminate()),
  'gateway.reconnect': each((session) =>
    session.socket?.send(JSON.stringify({ op: GatewayOpcodes.Reconnect, d: null, s: null, t: null })),
  ),
  'gateway.invalid-session': each((session, { gateway }) => gateway.invalidate(session)),
  'gateway.silence': silence,
};
