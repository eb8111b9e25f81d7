/** Which account serves which channel of one guild. Pure. */

/** What is asked of the allocation. Accounts and channels are ids. */
export interface AllocationInput {
  /** Channels that need an account, the most wanted first. */
  needs: readonly string[];
  accounts: readonly string[];
  /** What each account serves now: account → channel. */
  current: ReadonlyMap<string, string>;
  /** Whether the account could serve the channel: it is in the guild and may view, enter and speak there. */
  eligible: (accountId: string, channelId: string) => boolean;
}

/**
 * Account → channel. Each account serves one channel, each channel has one account. Where accounts are scarce the channels
 * named first are served: no channel goes without while a less wanted one has an account that could serve it, directly or
 * by others making room. Who serves a channel goes on serving it, unless that would leave a more wanted one without.
 */
export function allocate({ needs, accounts, current, eligible }: AllocationInput): Map<string, string> {
  const rank = new Map(needs.map((channelId, index) => [channelId, index]));
  const served = new Map<string, string>();
  /** Who would be taken for a channel, in order: who serves it, who serves none, who serves the least wanted. */
  const candidates = (channelId: string) =>
    accounts
      .filter((accountId) => eligible(accountId, channelId))
      .map((accountId) => ({ accountId, cost: cost(current.get(accountId), channelId, rank) }))
      .sort((a, b) => a.cost - b.cost)
      .map(({ accountId }) => accountId);
  for (const channelId of needs) place(channelId, candidates, served, new Set());
  return new Map([...served].map(([channelId, accountId]) => [accountId, channelId]));
}

/** How much is given up by taking an account that serves `now` for `channelId`. */
function cost(now: string | undefined, channelId: string, rank: ReadonlyMap<string, number>): number {
  if (now === channelId) return -1;
  const nowRank = now === undefined ? undefined : rank.get(now);
  return nowRank === undefined ? 0 : rank.size - nowRank;
}

/** An augmenting path: takes a free account, or one whose channel finds another account. */
function place(
  channelId: string,
  candidates: (channelId: string) => string[],
  served: Map<string, string>,
  asked: Set<string>,
): boolean {
  const options = candidates(channelId).filter((accountId) => !asked.has(accountId));
  const holderOf = new Map([...served].map(([channel, account]) => [account, channel]));
  for (const accountId of [...options.filter((id) => !holderOf.has(id)), ...options.filter((id) => holderOf.has(id))]) {
    if (asked.has(accountId)) continue;
    asked.add(accountId);
    const holder = holderOf.get(accountId);
    if (holder === undefined || place(holder, candidates, served, asked)) {
      served.set(channelId, accountId);
      return true;
    }
  }
  return false;
}
