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
  const orders = new Map<string, readonly string[]>();
  /** Who would be taken for a channel, in order: who serves it, who serves none, who serves the least wanted. */
  const order = (channelId: string) => {
    const known = orders.get(channelId) ?? inOrder(accounts, (id) => cost(current.get(id), channelId, rank));
    orders.set(channelId, known);
    return known;
  };
  const holders = new Map<string, string>();
  let asked = new Set<string>();
  for (const channelId of needs) {
    // Who could not be freed for one channel cannot be freed for the next either, as long as nobody was placed meanwhile.
    if (place(channelId, { order, eligible, holders, asked })) asked = new Set();
  }
  return holders;
}

function inOrder(accounts: readonly string[], costOf: (accountId: string) => number): readonly string[] {
  const priced = accounts.map((accountId) => ({ accountId, cost: costOf(accountId) }));
  return priced.sort((a, b) => a.cost - b.cost).map(({ accountId }) => accountId);
}

/** How much is given up by taking an account that serves `now` for `channelId`. */
function cost(now: string | undefined, channelId: string, rank: ReadonlyMap<string, number>): number {
  if (now === channelId) return -1;
  const nowRank = now === undefined ? undefined : rank.get(now);
  return nowRank === undefined ? 0 : rank.size - nowRank;
}

/** An allocation in the making. */
interface Search {
  order: (channelId: string) => readonly string[];
  eligible: AllocationInput['eligible'];
  /** Account → channel, as far as it is settled. */
  holders: Map<string, string>;
  /** Accounts looked at already. */
  asked: Set<string>;
}

/** An augmenting path: takes a free account, or one whose channel finds another account. */
function place(channelId: string, search: Search): boolean {
  const { order, eligible, holders, asked } = search;
  const wanted = order(channelId).filter((id) => !asked.has(id));
  for (const accountId of [...wanted.filter((id) => !holders.has(id)), ...wanted.filter((id) => holders.has(id))]) {
    // Permissions come last: nothing else here is dear.
    if (asked.has(accountId) || !eligible(accountId, channelId)) continue;
    asked.add(accountId);
    const held = holders.get(accountId);
    if (held === undefined || place(held, search)) {
      holders.set(accountId, channelId);
      return true;
    }
  }
  return false;
}
