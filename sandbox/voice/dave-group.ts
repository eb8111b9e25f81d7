import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { type CommitWelcome, readCommitWelcome } from './commit-welcome.ts';
import { adds, type Change, namedBy, objectionTo, type Proposal, type Standing, welcomeOf } from './dave-commit.ts';
import { DaveLeaves } from './dave-leaves.ts';
import { DaveTransitions } from './dave-transitions.ts';
import { appendProposals, ExternalSender, revokeProposals } from './external-sender.ts';
import { readKeyPackage } from './key-package.ts';
import { u16, u64 } from './mls-codec.ts';
import type { VoiceSwitches } from './voice-switches.ts';

/** How the group reaches the clients of its call. What is sent to a user who is not there is dropped. */
interface DaveDelivery {
  readonly json: (userId: string, op: VoiceOpcodes, data: object) => void;
  readonly binary: (userId: string, op: VoiceOpcodes, payload: Buffer) => void;
  /** False while the user's websocket is down and may come back. */
  readonly connected: (userId: string) => boolean;
}

/** What a group is made of. */
export interface DaveGroupOptions {
  readonly channelId: string;
  readonly delivery: DaveDelivery;
  readonly switches: Pick<VoiceSwitches, 'initialTransitionZero' | 'batchProposals'>;
  readonly log: (line: string) => void;
  /** How long a transition waits for its slowest participant, in ms. */
  readonly transitionTimeoutMs?: number;
}

const SILENT: Standing = { kind: 'silent' };
const PROTOCOL_VERSION = 1;
// The paper only says "a short time"; a bot that is busy for longer has lost its audio anyway.
const TRANSITION_TIMEOUT_MS = 2_000;
const BATCH_MS = 20;

/**
 * The delivery service of one call: it proposes who joins and leaves as the external sender, chooses one commit per
 * epoch, and follows the epoch and the leaves of the tree from what was chosen. It never sees a key.
 *
 * Proposals, commits and Welcomes go only to members who can follow: a client that is not (yet, or any more) in the
 * epoch throws on them, and some die of it.
 */
export class DaveGroup {
  private readonly options: DaveGroupOptions;
  private readonly groupId: Buffer;
  private readonly sender = new ExternalSender();
  private readonly transitions: DaveTransitions;
  private readonly users = new Map<string, Standing>();
  private leaves = new DaveLeaves();
  private proposals: Proposal[] = [];
  private queue: Change[] = [];
  private batch: NodeJS.Timeout | undefined;
  private currentEpoch = 0n;

  constructor(options: DaveGroupOptions) {
    this.options = options;
    this.groupId = u64(BigInt(options.channelId));
    this.transitions = new DaveTransitions(
      (id, participants) => this.announce(id, participants),
      options.transitionTimeoutMs ?? TRANSITION_TIMEOUT_MS,
    );
  }

  /** 0 until the first commit of a group was taken. */
  get epoch(): bigint {
    return this.currentEpoch;
  }

  /** The payload of op 25. */
  get externalSender(): Buffer {
    return this.sender.package;
  }

  /** An op 27 of this group's sender that no member can take: it removes somebody in an epoch long to come. */
  strayProposals(): Buffer {
    return appendProposals([this.sender.remove(this.groupId, this.currentEpoch + 7n, 0)]);
  }

  /** The members that can follow the group, in the order of their leaves. */
  members(): string[] {
    return this.leaves.users().filter((id) => this.users.get(id)?.kind === 'member');
  }

  /** A client has got its session description (op 4): before that it would drop what is sent here. */
  join(userId: string): void {
    this.users.set(userId, SILENT);
    this.options.delivery.binary(userId, VoiceOpcodes.DaveMlsExternalSender, this.sender.package);
  }

  /** A client has left the call for good. */
  leave(userId: string): void {
    if (!this.users.delete(userId)) return;
    this.transitions.excuse(userId);
    this.withdraw(userId);
    this.expel(userId);
  }

  /** A client's websocket is down: it stays a member, but nobody waits for it. */
  detach(userId: string): void {
    this.transitions.excuse(userId);
  }

  /** Op 26. A second key package before the first was used replaces it. @throws MlsDecodeError */
  keyPackage(userId: string, payload: Buffer): void {
    const keyPackage = readKeyPackage(payload, userId);
    const standing = this.users.get(userId);
    if (standing === undefined || standing.kind === 'member') {
      this.log(`key package of ${userId} not wanted: ${standing === undefined ? 'not in the call' : 'a member'}`);
      return;
    }
    this.withdraw(userId);
    this.users.set(userId, { kind: 'invited', keyPackage });
    if (this.currentEpoch === 0n) this.invite(userId);
    else this.enqueue({ kind: 'add', userId });
  }

  /** Op 28. All members commit to the same proposals; the first valid one wins, the rest are dropped. @throws MlsDecodeError */
  commitWelcome(userId: string, payload: Buffer): void {
    const offer = readCommitWelcome(payload);
    const { groupId, currentEpoch, users, leaves, proposals } = this;
    const objection = objectionTo(offer, userId, { groupId, epoch: currentEpoch, users, leaves, proposals });
    if (objection === undefined) this.accept(userId, offer);
    else this.log(`commit of ${userId} for epoch ${offer.epoch} not taken: ${objection}`);
  }

  /** Op 23. */
  transitionReady(userId: string, transitionId: number): void {
    this.transitions.ready(userId, transitionId);
  }

  /** Op 31: the client could not follow. It is removed, and added again when its next key package comes. */
  invalidCommitWelcome(userId: string): void {
    if (!this.users.has(userId)) return;
    this.log(`${userId} could not follow the group in epoch ${this.currentEpoch}`);
    this.users.set(userId, SILENT);
    this.transitions.excuse(userId);
    this.withdraw(userId);
    this.expel(userId);
  }

  /** Ends every timer. */
  close(): void {
    this.transitions.clear();
    clearTimeout(this.batch);
  }

  /** Before there is a group every waiting client has its own of one member, and all propose all others to each other. */
  private invite(userId: string): void {
    const proposal = this.sign({ kind: 'add', userId });
    if (proposal === undefined) return;
    this.send(userId, this.proposals, appendProposals);
    this.proposals.push(proposal);
    for (const id of this.audience()) this.send(id, [proposal], appendProposals);
  }

  /** Takes back the proposal to add a user, if there is one that no commit has taken. */
  private withdraw(userId: string): void {
    this.queue = this.queue.filter((change) => !adds(change, userId));
    const open = this.proposals;
    this.proposals = open.filter((proposal) => !adds(proposal, userId));
    if (this.proposals.length === open.length) return;
    // All are taken back and the rest made anew: davey gives a Welcome only if the last op 27 it got adds somebody.
    for (const id of this.audience()) {
      if (id === userId) continue;
      this.send(id, open, revokeProposals);
      this.send(id, this.proposals, appendProposals);
    }
    this.flush();
  }

  /** Proposes to remove a user's leaf, or starts over when nobody would be left who could commit that. */
  private expel(userId: string): void {
    const leaf = this.leaves.indexOf(userId);
    if (leaf < 0) return;
    const present = this.leaves.users().filter((id) => this.users.has(id));
    if (present.length <= 1 || this.members().length === 0) this.reset();
    else this.enqueue({ kind: 'remove', leaf });
  }

  /**
   * The group is given up, as when one member is left alone: members start over with a new key package (they keep the
   * external sender), and whoever waited to be added waits for the next group.
   */
  private reset(): void {
    this.transitions.finishAll();
    clearTimeout(this.batch);
    this.currentEpoch = 0n;
    this.leaves = new DaveLeaves();
    this.queue = [];
    const { delivery } = this.options;
    for (const id of [...this.users.keys()].filter((user) => this.users.get(user)?.kind === 'member')) {
      this.users.set(id, SILENT);
      delivery.json(id, VoiceOpcodes.DavePrepareEpoch, { protocol_version: PROTOCOL_VERSION, epoch: 1 });
      delivery.json(id, VoiceOpcodes.DavePrepareTransition, { protocol_version: PROTOCOL_VERSION, transition_id: 0 });
    }
    const waiting = this.audience();
    this.proposals = this.signAll(waiting.map((userId) => ({ kind: 'add', userId })));
    for (const id of waiting) this.send(id, this.proposals, appendProposals);
  }

  private enqueue(change: Change): void {
    // Two removals of one leaf would make every commit invalid.
    const repeats = (other: Change): boolean =>
      change.kind === 'remove' && other.kind === 'remove' && other.leaf === change.leaf;
    if (this.queue.some(repeats) || this.proposals.some(repeats)) return;
    this.queue.push(change);
    clearTimeout(this.batch);
    if (this.options.switches.batchProposals) this.batch = setTimeout(() => this.flush(), BATCH_MS).unref();
    else this.flush();
  }

  /**
   * Proposes what has been queued, unless the commit to earlier proposals is yet to come: a second op 27 in one epoch
   * makes every member commit twice, and davey forgets the Welcome if the second adds nobody.
   */
  private flush(): void {
    if (this.currentEpoch === 0n || this.proposals.length > 0) return;
    this.proposals = this.signAll(this.queue);
    this.queue = [];
    for (const id of this.audience()) this.send(id, this.proposals, appendProposals);
  }

  private signAll(changes: readonly Change[]): Proposal[] {
    return changes.map((change) => this.sign(change)).filter((proposal) => proposal !== undefined);
  }

  private sign(change: Change): Proposal | undefined {
    if (change.kind === 'remove') {
      return { ...change, ...this.sender.remove(this.groupId, this.currentEpoch, change.leaf) };
    }
    const standing = this.users.get(change.userId);
    if (standing?.kind !== 'invited') return undefined;
    return { ...change, ...this.sender.add(this.groupId, this.currentEpoch, standing.keyPackage.bytes) };
  }

  /** Who is sent proposals: the members, or while there is no group everyone who waits for one. */
  private audience(): string[] {
    if (this.currentEpoch > 0n) return this.members();
    return [...this.users].filter(([, standing]) => standing.kind === 'invited').map(([id]) => id);
  }

  /** Op 27. Nobody is sent the proposal to add themselves: they would be a member of the group already. */
  private send(userId: string, proposals: readonly Proposal[], write: typeof appendProposals): void {
    const others = proposals.filter((proposal) => !adds(proposal, userId));
    if (others.length > 0) this.options.delivery.binary(userId, VoiceOpcodes.DaveMlsProposals, write(others));
  }

  private accept(userId: string, offer: CommitWelcome): void {
    const first = this.currentEpoch === 0n;
    // Only members of the epoch that ends can take the commit; the newcomers get a Welcome instead.
    const before = first ? [userId] : this.members();
    if (first) this.leaves.change([], [userId]);
    const added = this.apply(namedBy(offer, this.proposals).filter((proposal) => proposal !== undefined));
    const welcomes = added.flatMap((id) => {
      const welcome = welcomeOf(this.users.get(id), offer);
      return welcome === undefined ? [] : [{ id, welcome }];
    });
    for (const id of [userId, ...added]) this.users.set(id, { kind: 'member' });
    this.proposals = [];
    this.currentEpoch += 1n;
    const id = first && this.options.switches.initialTransitionZero ? 0 : this.transitions.nextId();
    this.log(`epoch ${this.currentEpoch} by ${userId}, transition ${id}, ${this.members().length} members`);
    const { binary } = this.options.delivery;
    const announced = u16(id);
    const commit = Buffer.concat([announced, offer.commit]);
    for (const member of before) binary(member, VoiceOpcodes.DaveMlsAnnounceCommitTransition, commit);
    for (const { id: newcomer, welcome } of welcomes) {
      binary(newcomer, VoiceOpcodes.DaveMlsWelcome, Buffer.concat([announced, welcome]));
    }
    if (id !== 0) this.transitions.begin(id, this.members(), this.members().filter(this.options.delivery.connected));
    this.flush();
  }

  private apply(proposals: readonly Proposal[]): string[] {
    const removed = proposals.filter((proposal) => proposal.kind === 'remove').map((proposal) => proposal.leaf);
    const added = proposals.filter((proposal) => proposal.kind === 'add').map((proposal) => proposal.userId);
    this.leaves.change(removed, added);
    return added;
  }

  private announce(id: number, participants: ReadonlySet<string>): void {
    for (const userId of participants) {
      if (!this.users.has(userId)) continue;
      this.options.delivery.json(userId, VoiceOpcodes.DaveExecuteTransition, { transition_id: id });
    }
  }

  private log(line: string): void {
    this.options.log(`dave ${this.options.channelId}: ${line}`);
  }
}
