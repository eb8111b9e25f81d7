import { type CommitWelcome, welcomeFor } from './commit-welcome.ts';
import type { DaveLeaves } from './dave-leaves.ts';
import type { SignedProposal } from './external-sender.ts';
import type { KeyPackage } from './key-package.ts';

/** A user of the call: yet to send a key package, invited, or a member of the group who can follow it. */
export type Standing =
  | { readonly kind: 'silent' }
  | { readonly kind: 'invited'; readonly keyPackage: KeyPackage }
  | { readonly kind: 'member' };

/** What is to change in the group. */
export type Change =
  | { readonly kind: 'add'; readonly userId: string }
  | { readonly kind: 'remove'; readonly leaf: number };

/** A change that was proposed in the current epoch. */
export type Proposal = SignedProposal & Change;

/** The group as a commit finds it. */
export interface GroupView {
  readonly groupId: Buffer;
  /** 0 while there is no group. */
  readonly epoch: bigint;
  readonly users: ReadonlyMap<string, Standing>;
  readonly leaves: DaveLeaves;
  /** The open proposals: a commit has to take in exactly these. */
  readonly proposals: readonly Proposal[];
}

/** Whether a change is to add this user. */
export const adds = (change: Change, userId: string): boolean => change.kind === 'add' && change.userId === userId;

/** The open proposals that a commit takes in, undefined for each that is not open. */
export function namedBy(offer: CommitWelcome, proposals: readonly Proposal[]): (Proposal | undefined)[] {
  return offer.proposals.map((reference) => proposals.find((known) => known.reference.equals(reference)));
}

/** The newcomer's part of the Welcome that comes with a commit; undefined if there is none for them. */
export function welcomeOf(newcomer: Standing | undefined, offer: CommitWelcome): Buffer | undefined {
  return newcomer?.kind === 'invited' ? welcomeFor(offer.welcome, newcomer.keyPackage.reference) : undefined;
}

/** Why a user's commit cannot be taken; undefined if it can. */
export function objectionTo(offer: CommitWelcome, userId: string, group: GroupView): string | undefined {
  const first = group.epoch === 0n;
  const standing = group.users.get(userId)?.kind;
  if (!offer.groupId.equals(group.groupId)) return 'another group';
  if (offer.epoch !== group.epoch) return `the epoch is ${group.epoch}`;
  if (standing !== (first ? 'invited' : 'member')) return `the committer is ${standing ?? 'not here'}`;
  if (!first && group.leaves.ownerOf(offer.leaf) !== userId) return `leaf ${offer.leaf} is not the committer's`;
  const named = namedBy(offer, group.proposals);
  // In the first epoch the committer is a member of its own group already and never sees the proposal to add it.
  const due = group.proposals.filter((proposal) => !(first && adds(proposal, userId)));
  if (due.length === 0 || named.includes(undefined) || due.some((proposal) => !named.includes(proposal))) {
    return 'it does not take in exactly the open proposals';
  }
  const lacks = (one: Proposal): boolean => one.kind === 'add' && !welcomeOf(group.users.get(one.userId), offer);
  return due.some(lacks) ? 'somebody is added without a Welcome' : undefined;
}
