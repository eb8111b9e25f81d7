import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { DaveMember } from '../../../sandbox/people/dave-member.ts';
import type { ServerMessage } from '../../../sandbox/people/server-messages.ts';
import { DaveGroup } from '../../../sandbox/voice/dave-group.ts';
import type { VoiceSwitches } from '../../../sandbox/voice/voice-switches.ts';

/** A message between the group and one client, as it would go over the wire. */
export interface Passed {
  readonly userId: string;
  readonly op: number;
  readonly payload: Buffer | object;
}

const CHANNEL_ID = '927310423890473011';

/**
 * A DaveGroup and davey clients joined by queues instead of sockets: each client's messages stay in order, and nothing
 * moves until the test lets it.
 */
export class DaveCall {
  readonly group: DaveGroup;
  readonly members = new Map<string, DaveMember>();
  /** Everything the group has sent, in order. */
  readonly sent: Passed[] = [];
  readonly log: string[] = [];
  /** Clients whose websocket is down. */
  readonly away = new Set<string>();
  /** May change what a client receives. */
  tamper: (passed: Passed) => Passed | undefined = (passed) => passed;
  private readonly known = new Map<string, Set<string>>();
  private readonly links = new Map<string, (() => void)[]>();

  constructor(switches: Partial<VoiceSwitches> = {}, transitionTimeoutMs = 2_000) {
    this.group = new DaveGroup({
      channelId: CHANNEL_ID,
      switches: { initialTransitionZero: true, batchProposals: false, ...switches },
      transitionTimeoutMs,
      log: (line) => this.log.push(line),
      delivery: {
        json: (userId, op, payload) => this.toClient({ userId, op, payload }),
        binary: (userId, op, payload) => this.toClient({ userId, op, payload }),
        connected: (userId) => !this.away.has(userId),
      },
    });
  }

  /** A davey client joins. */
  join(userId: string): DaveMember {
    const member = new DaveMember({
      userId,
      channelId: CHANNEL_ID,
      json: (op, data) => this.toGroup(userId, () => this.groupJson(userId, op, data)),
      binary: (op, payload) => this.toGroup(userId, () => this.groupBinary(userId, op, payload)),
      others: () => this.known.get(userId) ?? [],
      onChange: () => undefined,
      log: (line) => this.log.push(line),
    });
    this.known.set(userId, new Set(this.members.keys()));
    for (const other of this.members.keys()) this.introduce(other, userId);
    this.members.set(userId, member);
    this.group.join(userId);
    member.start();
    return member;
  }

  /** Op 11: tells a client that somebody is in the call. */
  introduce(to: string, userId: string): void {
    this.link(`to ${to}`, () => this.known.get(to)?.add(userId));
  }

  leave(userId: string): void {
    this.members.delete(userId);
    this.links.delete(`to ${userId}`);
    this.links.delete(`from ${userId}`);
    for (const other of this.members.keys()) this.link(`to ${other}`, () => this.known.get(other)?.delete(userId));
    this.group.leave(userId);
  }

  /** Delivers one message of the link that `choose` picks; false if there is none. */
  step(choose: (links: number) => number = () => 0): boolean {
    const waiting = [...this.links.values()].filter((link) => link.length > 0);
    if (waiting.length === 0) return false;
    waiting[choose(waiting.length) % waiting.length]?.shift()?.();
    return true;
  }

  /** Delivers everything, also what that causes. */
  settle(choose?: (links: number) => number): void {
    for (let steps = 0; this.step(choose); steps++) if (steps > 100_000) throw new Error('The call never settles.');
  }

  /** How often the group sent an op to a user. */
  count(op: VoiceOpcodes, userId?: string): number {
    return this.sent.filter((passed) => passed.op === op && (userId === undefined || passed.userId === userId)).length;
  }

  private toClient(passed: Passed): void {
    this.sent.push(passed);
    this.link(`to ${passed.userId}`, () => {
      const arrived = this.tamper(passed);
      const member = this.members.get(passed.userId);
      if (arrived === undefined || member === undefined) return;
      if (Buffer.isBuffer(arrived.payload)) member.binary(arrived.op, arrived.payload);
      else member.message({ op: arrived.op, d: arrived.payload } as ServerMessage);
    });
  }

  private toGroup(userId: string, deliver: () => void): void {
    this.link(`from ${userId}`, deliver);
  }

  private link(name: string, deliver: () => void): void {
    const link = this.links.get(name) ?? [];
    link.push(deliver);
    this.links.set(name, link);
  }

  private groupJson(userId: string, op: VoiceOpcodes, data: object): void {
    const { transition_id } = data as { transition_id: number };
    if (op === VoiceOpcodes.DaveTransitionReady) this.group.transitionReady(userId, transition_id);
    if (op === VoiceOpcodes.DaveMlsInvalidCommitWelcome) this.group.invalidCommitWelcome(userId);
  }

  private groupBinary(userId: string, op: VoiceOpcodes, payload: Buffer): void {
    if (op === VoiceOpcodes.DaveMlsKeyPackage) this.group.keyPackage(userId, payload);
    if (op === VoiceOpcodes.DaveMlsCommitWelcome) this.group.commitWelcome(userId, payload);
  }
}
