import type { People } from '../ports.ts';
import type { Presence } from './presence.ts';

/** Everybody who is connected: people through Discord, listening programs through their own connection. */
export class Reachable implements People {
  readonly #presence: Presence;
  readonly #discord: People;

  constructor(presence: Presence, discord: People) {
    this.#presence = presence;
    this.#discord = discord;
  }

  /** Ends somebody's connection, whichever they have. @throws what Discord's does */
  async disconnect(userId: string, reason: string, signal: AbortSignal): Promise<number> {
    const listener = this.#presence.listeners.get(userId);
    if (!listener) return this.#discord.disconnect(userId, reason, signal);
    listener.ear.end(reason);
    return 1;
  }
}
