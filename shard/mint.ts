import type { Ids } from './ports.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case base32 (RFC 4648, no padding) of a whole number of 5-byte groups. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

/** A new net uid: `net_` and 24 characters, 120 random bits. */
export function mintNetUid(ids: Ids): string {
  return `net_${base32(ids.random(15))}`;
}

/** A new id of an audit entry: sorts by time as event ids do. */
export function mintAuditId(ids: Ids): string {
  return `aud_${ids.event().slice('evt_'.length)}`;
}

/** The event id that an audit id was made of. */
export function eventIdOf(auditId: string): string {
  return `evt_${auditId.slice('aud_'.length)}`;
}

/** A new webhook id: `whk_` and 16 characters, 80 random bits. */
export function mintWebhookId(ids: Ids): string {
  return `whk_${base32(ids.random(10))}`;
}

/** A new key id: `key_` and 16 characters, 80 random bits. */
export function mintKeyId(ids: Ids): string {
  return `key_${base32(ids.random(10))}`;
}

/** A new id of an alert, a ready check or one of its sessions: its prefix and 16 characters, 80 random bits. */
export function mintAlertId(prefix: 'acars' | 'check' | 'ready', ids: Ids): string {
  return `${prefix}_${base32(ids.random(10))}`;
}
