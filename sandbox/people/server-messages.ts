import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { z } from 'zod';

const ids = z.array(z.string());
const transition = z.object({ transition_id: z.int(), protocol_version: z.int() });

const schemas = {
  [VoiceOpcodes.Ready]: z.object({ ssrc: z.int(), ip: z.string(), port: z.int() }),
  [VoiceOpcodes.SessionDescription]: z.object({
    secret_key: z.array(z.int()).length(32),
    dave_protocol_version: z.int(),
  }),
  [VoiceOpcodes.Speaking]: z.object({ user_id: z.string(), ssrc: z.int() }),
  [VoiceOpcodes.Hello]: z.object({ heartbeat_interval: z.number().min(1) }),
  [VoiceOpcodes.HeartbeatAck]: z.object({ t: z.number() }),
  [VoiceOpcodes.Resumed]: z.null(),
  [VoiceOpcodes.ClientsConnect]: z.object({ user_ids: ids }),
  [VoiceOpcodes.ClientDisconnect]: z.object({ user_id: z.string() }),
  [VoiceOpcodes.DavePrepareTransition]: transition,
  [VoiceOpcodes.DaveExecuteTransition]: z.object({ transition_id: z.int() }),
  [VoiceOpcodes.DavePrepareEpoch]: z.object({ epoch: z.int(), protocol_version: z.int() }),
} as const;

type ServerOp = keyof typeof schemas;

/** What the voice gateway sends as JSON, as far as a person's client cares. */
export type ServerMessage = {
  [Op in ServerOp]: { readonly op: Op; readonly d: z.infer<(typeof schemas)[Op]> };
}[ServerOp];

const envelope = z.object({ op: z.int(), d: z.unknown(), seq: z.int().optional() });

/** A message with the number to acknowledge, if it has one; `message` is undefined if a person's client has no use for it. */
export interface NumberedServerMessage {
  readonly message: ServerMessage | undefined;
  readonly sequence: number | undefined;
}

/** Checks a JSON message of the gateway. @throws z.ZodError or SyntaxError when it is malformed */
export function readServerMessage(text: string): NumberedServerMessage {
  const { op, d, seq } = envelope.parse(JSON.parse(text));
  const isKnown = (known: number): known is ServerOp => Object.hasOwn(schemas, known);
  const message = isKnown(op) ? ({ op, d: schemas[op].parse(d) } as ServerMessage) : undefined;
  return { message, sequence: seq };
}
