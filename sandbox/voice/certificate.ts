import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A TLS certificate and its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const VALID_DAYS = 30;

// Universal ASN.1 tags (X.690 §8) and the context tags RFC 5280 gives the fields used here.
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  dnsName: 0x82,
  ipAddress: 0x87,
} as const;

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  return size < 0x100 ? Buffer.from([0x81, size]) : Buffer.from([0x82, size >> 8, size & 0xff]);
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(TAG.sequence, ...parts);

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  return der(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

const ECDSA_WITH_SHA256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
const COMMON_NAME = oid(2, 5, 4, 3);
const BASIC_CONSTRAINTS = oid(2, 5, 29, 19);
const SUBJECT_ALT_NAME = oid(2, 5, 29, 17);
const TRUE = der(TAG.boolean, Buffer.from([0xff]));

const utcTime = (time: Date): Buffer =>
  der(TAG.utcTime, Buffer.from(`${time.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function extensions(): Buffer {
  const certificateAuthority = sequence(BASIC_CONSTRAINTS, TRUE, der(TAG.octets, sequence(TRUE)));
  const names = sequence(der(TAG.ipAddress, Buffer.from([127, 0, 0, 1])), der(TAG.dnsName, Buffer.from('localhost')));
  return der(TAG.extensions, sequence(certificateAuthority, sequence(SUBJECT_ALT_NAME, der(TAG.octets, names))));
}

/**
 * Makes a self-signed P-256 certificate for 127.0.0.1 and localhost, good for 30 days and its own authority, so that
 * a client trusts it by trusting `cert` alone.
 *
 * The common name is random: OpenSSL looks trust anchors up by subject, and two of the same name in one process break
 * each other's verification.
 */
export function createCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const commonName = der(TAG.utf8, Buffer.from(`sandbox voice ${randomBytes(8).toString('hex')}`));
  const name = sequence(der(TAG.set, sequence(COMMON_NAME, commonName)));
  const now = Date.now();
  // A leading zero bit keeps the serial number positive (RFC 5280 §4.1.2.2).
  const serial = der(TAG.integer, Buffer.from([0x01]), randomBytes(8));
  const body = sequence(
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    serial,
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime(new Date(now - DAY_MS)), utcTime(new Date(now + VALID_DAYS * DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(),
  );
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  const certificate = sequence(body, ECDSA_WITH_SHA256, der(TAG.bits, Buffer.from([0]), signature));
  return {
    cert: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
