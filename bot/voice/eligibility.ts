import { type Account, guildOf, isAway, isConnected, VOICE_PERMISSIONS } from './account.ts';

/** What counts of an account's seat; `Seat` has it. */
interface Place {
  isIn(channelId: string): boolean;
  mayServe(channelId: string): boolean;
}

/**
 * Who may serve which channel of one guild. What Discord permits is remembered until it says that something changed: to work
 * it out takes 8 µs per account and channel (measured), on the loop that carries the sound.
 */
export class Eligibility {
  readonly #guildId: string;
  /** Account → channel → whether the account has the permissions there. */
  readonly #permitted = new Map<string, Map<string, boolean>>();

  constructor(guildId: string) {
    this.#guildId = guildId;
  }

  /**
   * Whether the account may serve the channel. Who is in it already goes on while the account has no gateway connection, and
   * while Discord does not describe the guild: in a fresh session that is so from READY until the guild comes.
   */
  maySeat(account: Account, channelId: string, place: Place | undefined): boolean {
    const inIt = place?.isIn(channelId) ?? false;
    if (inIt && isAway(account, this.#guildId)) return true;
    if (!inIt && !(isConnected(account) && (place?.mayServe(channelId) ?? true))) return false;
    return this.#isPermitted(account, channelId);
  }

  /** Roles, channels or the account's own membership changed. */
  forget(accountId: string): void {
    this.#permitted.delete(accountId);
  }

  #isPermitted(account: Account, channelId: string): boolean {
    const guild = guildOf(account, this.#guildId);
    const me = guild?.members.me;
    const channel = guild?.channels.cache.get(channelId);
    if (!me || !channel) return false;
    const known = this.#permitted.get(account.userId) ?? new Map<string, boolean>();
    this.#permitted.set(account.userId, known);
    const permitted = known.get(channelId) ?? channel.permissionsFor(me).has(VOICE_PERMISSIONS);
    known.set(channelId, permitted);
    return permitted;
  }
}
