/** The leaves of the group's tree: who sits where, as the commits taken so far say. */
export class DaveLeaves {
  private readonly owners: (string | undefined)[] = [];

  /** Everyone with a leaf, in the order of the leaves. */
  users(): string[] {
    return this.owners.filter((owner) => owner !== undefined);
  }

  /** The user's leaf index; -1 without one. */
  indexOf(userId: string): number {
    return this.owners.indexOf(userId);
  }

  ownerOf(leaf: number): string | undefined {
    return this.owners[leaf];
  }

  /** Blanks leaves, then puts each newcomer into the leftmost blank one: removals come first (RFC 9420 §12.1, §12.3). */
  change(removed: readonly number[], added: readonly string[]): void {
    for (const leaf of removed) this.owners[leaf] = undefined;
    for (const userId of added) {
      const blank = this.owners.indexOf(undefined);
      this.owners[blank < 0 ? this.owners.length : blank] = userId;
    }
  }
}
