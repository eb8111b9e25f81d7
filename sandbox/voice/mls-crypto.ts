import { createHash, createPublicKey, ECDH, type KeyObject, sign, verify } from 'node:crypto';
import { MlsDecodeError, vector } from './mls-codec.ts';

/** The one cipher suite DAVE uses: DHKEMP256_AES128GCM_SHA256_P256 (RFC 9420 §17.1, DAVE "Ciphersuite"). */
export const CIPHER_SUITE = 2;

const UNCOMPRESSED_POINT_BYTES = 65;

function signContent(label: string, content: Buffer): Buffer {
  return Buffer.concat([vector(Buffer.from(`MLS 1.0 ${label}`)), vector(content)]);
}

/** RefHash (RFC 9420 §5.2): how proposals and key packages are named elsewhere. */
export function referenceHash(label: string, value: Buffer): Buffer {
  return createHash('sha256')
    .update(vector(Buffer.from(`MLS 1.0 ${label} Reference`)))
    .update(vector(value))
    .digest();
}

/** SignWithLabel (RFC 9420 §5.1.2) with ECDSA P-256 and a DER signature. */
export function signWithLabel(privateKey: KeyObject, label: string, content: Buffer): Buffer {
  return sign('sha256', signContent(label, content), { key: privateKey, dsaEncoding: 'der' });
}

function publicKeyOf(point: Buffer): KeyObject {
  // davey and libdave send the 65-byte form; other MLS libraries may send the compressed one.
  const full = Buffer.from(ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'uncompressed') as Buffer);
  if (full.length !== UNCOMPRESSED_POINT_BYTES) throw new MlsDecodeError('The signature key is not a P-256 point.');
  const x = full.subarray(1, 33).toString('base64url');
  const y = full.subarray(33).toString('base64url');
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

/** VerifyWithLabel (RFC 9420 §5.1.2). A point that is not on the curve counts as a bad signature. */
export function verifyWithLabel(point: Buffer, label: string, content: Buffer, signature: Buffer): boolean {
  try {
    return verify('sha256', signContent(label, content), { key: publicKeyOf(point), dsaEncoding: 'der' }, signature);
  } catch {
    return false;
  }
}
