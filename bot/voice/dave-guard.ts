import { DAVESession } from '@discordjs/voice';

/** How often a message of the voice gateway was refused because the DAVE session could not make sense of it. */
export const daveRefusals = { count: 0 };

let installed = false;

/**
 * Makes the library survive odd DAVE messages. @discordjs/voice 0.19.2 calls these methods bare in a WebSocket handler: a
 * proposal of a wrong epoch, a repeated external sender, a cut-off commit or an unknown version would end the process. They
 * are refused instead; if the session is out of step then, frames fail to decrypt and our own recovery steps in.
 *
 * A transition of an encrypted call to protocol version 0 is refused too. The protocol has it for clients that cannot encrypt;
 * Discord has let none of them in since March 2026 (close code 4017), so nobody honest announces it any more, and whoever
 * does wants to hear us in the clear. The session stays as it was: who still encrypts is heard, and hears us. A call is
 * unencrypted only where its session description (op 4) says so from the start.
 */
export function installDaveGuard(): void {
  if (installed) return;
  installed = true;
  const refused = { transitionId: 0, success: false };
  guard('setExternalSender', undefined);
  guard('processProposals', undefined);
  guard('processCommit', refused);
  guard('processWelcome', refused);
  guard('prepareTransition', false, isDowngrade);
  guard('prepareEpoch', undefined, isDowngrade);
}

function isDowngrade(session: DAVESession, data: unknown): boolean {
  const version: unknown = typeof data === 'object' && data !== null && Reflect.get(data, 'protocol_version');
  return session.protocolVersion > 0 && version === 0;
}

type Guarded =
  | 'setExternalSender'
  | 'processProposals'
  | 'processCommit'
  | 'processWelcome'
  | 'prepareTransition'
  | 'prepareEpoch';

function guard(
  name: Guarded,
  instead: unknown,
  refuses: (session: DAVESession, argument: unknown) => boolean = () => false,
): void {
  const original: unknown = DAVESession.prototype[name];
  if (typeof original !== 'function') return;
  Reflect.set(DAVESession.prototype, name, function guarded(this: DAVESession, ...args: unknown[]): unknown {
    try {
      if (!refuses(this, args[0])) return Reflect.apply(original, this, args);
    } catch {
      // Counted as what was refused.
    }
    daveRefusals.count++;
    return instead;
  });
}
