import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8';
import { z } from 'zod';

/** Thrown when a client breaks the protocol: its websocket is closed with this code. */
export class VoiceProtocolError extends Error {
  override readonly name = 'VoiceProtocolError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const id = z.string().regex(/^\d{1,20}$/);
const secret = z.string().max(200);
const transitionId = z.int().min(0).max(0xffff);

const schemas = {
  [VoiceOpcodes.Identify]: z.object({
    server_id: id,
    user_id: id,
    session_id: secret,
    token: secret,
    max_dave_protocol_version: z.int().min(0).default(0),
  }),
  [VoiceOpcodes.SelectProtocol]: z.object({
    protocol: z.string().max(20),
    data: z.object({ address: z.string().max(50), port: z.int().min(0).max(0xffff), mode: z.string().max(100) }),
  }),
  [VoiceOpcodes.Heartbeat]: z.object({ t: z.number(), seq_ack: z.int().min(-1).optional() }),
  [VoiceOpcodes.Speaking]: z.object({
    speaking: z.int().min(0).max(7),
    ssrc: z.int().min(0),
    delay: z.int().optional(),
  }),
  [VoiceOpcodes.Resume]: z.object({
    server_id: id,
    session_id: secret,
    token: secret,
    seq_ack: z.int().min(-1).default(-1),
  }),
  [VoiceOpcodes.DaveTransitionReady]: z.object({ transition_id: transitionId }),
  [VoiceOpcodes.DaveMlsInvalidCommitWelcome]: z.object({ transition_id: transitionId }),
} as const;

type ClientOp = keyof typeof schemas;

/** What a client sends as JSON on voice gateway version 8, checked. */
export type ClientMessage = {
  [Op in ClientOp]: { readonly op: Op; readonly d: z.infer<(typeof schemas)[Op]> };
}[ClientOp];

/** What one client message carries. */
export type ClientPayload<Op extends ClientOp> = z.infer<(typeof schemas)[Op]>;

const envelope = z.object({ op: z.int(), d: z.unknown() });

const isClientOp = (op: number): op is ClientOp => Object.hasOwn(schemas, op);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks a JSON message. @throws VoiceProtocolError with 4001 for an unknown op, 4002 for anything malformed */
export function readClientMessage(text: string): ClientMessage {
  const message = envelope.safeParse(parseJson(text));
  if (!message.success) throw new VoiceProtocolError(VoiceCloseCodes.FailedToDecode, 'The message is not {op, d}.');
  const { op, d } = message.data;
  if (!isClientOp(op)) throw new VoiceProtocolError(VoiceCloseCodes.UnknownOpcode, `There is no op ${op} for clients.`);
  const payload = schemas[op].safeParse(d);
  if (!payload.success) {
    throw new VoiceProtocolError(VoiceCloseCodes.FailedToDecode, `Op ${op}: ${z.prettifyError(payload.error)}`);
  }
  return { op, d: payload.data } as ClientMessage;
}

/**
 * Whether Discord lets a client resume its voice session after its websocket closed with this code: all that are not
 * Discord's own, and 4015, "the voice server crashed".
 */
export const isResumable = (code: number): boolean => code < 4_000 || code === VoiceCloseCodes.VoiceServerCrashed;
