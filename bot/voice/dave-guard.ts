import { DAVESession } from '@discordjs/voice';

/** How often a message of the voice gateway was refused because the DAVE session could not make sense of it. */
export const daveRefusals = { count: 0 };

let installed = false;

/**
 * Makes the library survive odd DAVE messages. @discordjs/voice 0.19.2 calls these methods bare in a WebSocket handler: a
 * proposal of a wrong epoch, a repeated external sender, a cut-off commit or an unknown version would end the process. They
 * are refused instead; if the session is out of step then, frames fail to decrypt and our own recovery steps in.
 */
export function installDaveGuard(): void {
  if (installed) return;
  installed = true;
  const refused = { transitionId: 0, success: false };
  guard('setExternalSender', undefined);
  guard('processProposals', undefined);
  guard('processCommit', refused);
  guard('processWelcome', refused);
  guard('prepareTransition', false);
  guard('prepareEpoch', undefined);
}

type Guarded =
  | 'setExternalSender'
  | 'processProposals'
  | 'processCommit'
  | 'processWelcome'
  | 'prepareTransition'
  | 'prepareEpoch';

function guard(name: Guarded, instead: unknown): void {
  const original: unknown = DAVESession.prototype[name];
  if (typeof original !== 'function') return;
  Reflect.set(DAVESession.prototype, name, function guarded(this: DAVESession, ...args: unknown[]): unknown {
    try {
      return Reflect.apply(original, this, args);
    } catch {
      daveRefusals.count++;
      return instead;
    }
  });
}
