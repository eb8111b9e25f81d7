import { createSecretKey, KeyObject } from 'node:crypto';
import type { DAVESession } from '@discordjs/voice';
import { type ConnectionData, NetworkingStatusCode, type VoiceConnection } from '@discordjs/voice';

const GCM = 'aead_aes256_gcm_rtpsize';

/**
 * The transport key of a session as a KeyObject. It takes the place of the raw bytes in the library's own data: a raw key is
 * imported again for every packet, which costs 11 of the 15 µs of an encryption (measured). Undefined while there is no key,
 * and for the other mode, which the library chooses only where a server does not offer this one first.
 */
export function transportKey(data: Partial<ConnectionData>): KeyObject | undefined {
  if (data.encryptionMode !== GCM) return undefined;
  const key: unknown = data.secretKey;
  if (key instanceof KeyObject) return key;
  if (!(key instanceof Uint8Array)) return undefined;
  const imported = createSecretKey(key);
  Reflect.set(data, 'secretKey', imported);
  return imported;
}

/** The DAVE session of a connection, also while its WebSocket is being resumed. */
export function daveOf(connection: VoiceConnection): DAVESession | undefined {
  const session = networkingOf(connection);
  return session && 'dave' in session ? session.dave : undefined;
}

/** The data of the session that packets can be sent on now. */
export function sendable(connection: VoiceConnection): ConnectionData | undefined {
  const session = networkingOf(connection);
  const ready = connection.state.status === 'ready' && session?.code === NetworkingStatusCode.Ready;
  return ready ? session.connectionData : undefined;
}

function networkingOf(connection: VoiceConnection) {
  const { state } = connection;
  return 'networking' in state ? state.networking.state : undefined;
}
