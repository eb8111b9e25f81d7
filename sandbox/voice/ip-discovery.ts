import { isIPv4 } from 'node:net';

const PACKET_BYTES = 74;
const BODY_BYTES = 70;
const REQUEST = 1;
const RESPONSE = 2;
const ADDRESS_AT = 8;
const PORT_AT = 72;

/** Where a client's packets come from, as seen from outside. */
export interface Address {
  readonly ip: string;
  readonly port: number;
}

function packet(kind: number, ssrc: number): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES);
  bytes.writeUInt16BE(kind, 0);
  bytes.writeUInt16BE(BODY_BYTES, 2);
  bytes.writeUInt32BE(ssrc, 4);
  return bytes;
}

const isKind = (bytes: Buffer, kind: number): boolean =>
  bytes.length === PACKET_BYTES && bytes.readUInt16BE(0) === kind && bytes.readUInt16BE(2) === BODY_BYTES;

/** Asks for one's own address (Discord's voice documentation, "IP Discovery"). */
export const discoveryRequest = (ssrc: number): Buffer => packet(REQUEST, ssrc);

/** The ssrc of a request; undefined if the datagram is none. */
export const readDiscoveryRequest = (bytes: Buffer): number | undefined =>
  isKind(bytes, REQUEST) ? bytes.readUInt32BE(4) : undefined;

/** Answers a request with the address it came from. */
export function discoveryResponse(ssrc: number, address: Address): Buffer {
  const bytes = packet(RESPONSE, ssrc);
  bytes.write(address.ip, ADDRESS_AT);
  bytes.writeUInt16BE(address.port, PORT_AT);
  return bytes;
}

/** The address in a response; undefined if the datagram is none. */
export function readDiscoveryResponse(bytes: Buffer): Address | undefined {
  if (!isKind(bytes, RESPONSE)) return undefined;
  const ip = bytes.toString('latin1', ADDRESS_AT, bytes.indexOf(0, ADDRESS_AT));
  return isIPv4(ip) ? { ip, port: bytes.readUInt16BE(PORT_AT) } : undefined;
}
