/** DAVE, Discord's end-to-end encryption, as the gate it is: nothing unauthenticated comes in, nothing goes out in the clear. */

/** What we need of the DAVE session of a call; @discordjs/voice's `DAVESession` has it. */
export interface Dave {
  /** 0: the call is not end-to-end encrypted. */
  readonly protocolVersion: number;
  readonly session: DaveCipher | undefined;
}

/** The cipher inside; davey's `DAVESession` has it. */
interface DaveCipher {
  readonly ready: boolean;
  /** 0 is audio. Throws when the frame was not made by this user for this call. */
  decrypt(userId: string, mediaType: 0, frame: Buffer): Buffer;
}

/** Why a frame is not let through. */
export type DaveDrop = 'dave-not-ready' | 'dave-failed' | 'unauthenticated' | 'downgraded';

/**
 * The Opus frame inside of `body`, or why there is none for us. `sealed` says that the call has been encrypted before: then
 * plain frames are refused even if the call claims to be unencrypted now.
 */
export function openFrame(body: Buffer, userId: string, dave: Dave | undefined, sealed: boolean): Buffer | DaveDrop {
  if (!dave) return 'dave-not-ready';
  if (dave.protocolVersion === 0) return sealed ? 'downgraded' : plain(body);
  if (!dave.session?.ready) return 'dave-not-ready';
  // Not the cipher's business: that it cannot open what was never closed says nothing of its being in step.
  if (!hasTrailer(body)) return 'unauthenticated';
  try {
    const opus = dave.session.decrypt(userId, 0, body);
    // A session that still tolerates plain frames (after a transition) hands them back as they came. A decrypted frame is
    // always shorter: it lost its 8 bytes of tag, its nonce and its trailer.
    return opus.length < body.length ? opus : 'unauthenticated';
  } catch {
    return 'dave-failed';
  }
}

/** In an unencrypted call a frame with DAVE's trailer is somebody's ciphertext, not sound. */
function plain(body: Buffer): Buffer | DaveDrop {
  return hasTrailer(body) ? 'unauthenticated' : body;
}

/** What every encrypted frame ends with: tag, nonce, sizes, 0xFAFA. */
function hasTrailer(body: Buffer): boolean {
  return body.length > 11 && body.readUInt16BE(body.length - 2) === 0xfafa;
}

/** Why nothing may be sent. */
export type SendRefusal = 'sink-not-ready' | 'sink-dave-not-ready' | 'sink-downgraded';

/**
 * Whether a frame may be handed to the library for sending: it encrypts what it can and sends the rest as it is. Undefined
 * when it may; once the call has been encrypted (`sealed`) only into a session that encrypts.
 */
export function sendRefusal(dave: Dave | undefined, sealed: boolean): SendRefusal | undefined {
  if (!dave) return 'sink-not-ready';
  if (dave.protocolVersion === 0) return sealed ? 'sink-downgraded' : undefined;
  return dave.session?.ready ? undefined : 'sink-dave-not-ready';
}
