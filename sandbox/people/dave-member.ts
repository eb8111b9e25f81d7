import { DAVESession } from '@snazzah/davey';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { SILENCE_FRAME } from '../voice/rtp.ts';
import type { ServerMessage } from './server-messages.ts';

/** What a member of an encrypted call is made of. */
export interface DaveMemberOptions {
  readonly userId: string;
  readonly channelId: string;
  readonly json: (op: VoiceOpcodes, data: object) => void;
  readonly binary: (op: VoiceOpcodes, payload: Buffer) => void;
  /** The others in the call, as the gateway told (op 11 and 13): nobody else is let into the group. */
  readonly others: () => Iterable<string>;
  /** Told when who can read whom may have changed. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

const PROTOCOL_VERSION = 1;
const AUDIO = 0;
// The last two bytes of every DAVE frame (DAVE paper, "Payload format").
const MARKER = Buffer.from([0xfa, 0xfa]);

/** A person's end of a DAVE group: follows the gateway's proposals and commits, encrypts and decrypts. */
export class DaveMember {
  private readonly options: DaveMemberOptions;
  private readonly session: DAVESession;
  private readonly announced = new Set<number>();
  private usableSince: number | undefined;

  constructor(options: DaveMemberOptions) {
    this.options = options;
    this.session = new DAVESession(PROTOCOL_VERSION, options.userId, options.channelId);
  }

  /** Offers itself to the group. */
  start(): void {
    this.options.binary(VoiceOpcodes.DaveMlsKeyPackage, this.session.getSerializedKeyPackage());
  }

  /** Whether there is a group, so that frames can be read. */
  get ready(): boolean {
    return this.session.ready;
  }

  /**
   * Whether frames may be sent: there is a group and no transition is under way. davey encrypts for the new epoch as
   * soon as it knows it, while others may not know it yet; Discord's clients switch when the transition is executed.
   */
  get sendable(): boolean {
    return this.session.ready && this.announced.size === 0;
  }

  /** For how long, in ms, it has been a member without interruption, its first transition executed; 0 if it is not. */
  get memberForMs(): number {
    return this.usableSince === undefined ? 0 : performance.now() - this.usableSince;
  }

  /** The epoch of the group; undefined without one. */
  get epoch(): bigint | undefined {
    return this.session.epoch ?? undefined;
  }

  /** The code that all members of one epoch share; empty without a group. */
  get privacyCode(): string {
    return this.session.voicePrivacyCode;
  }

  /** The other members of the group. */
  members(): string[] {
    return this.session.getUserIds().filter((userId) => userId !== this.options.userId);
  }

  /** Encrypts an Opus packet; silence frames stay as they are. Only to be called when `sendable`. */
  seal(opus: Buffer): Buffer {
    return opus.equals(SILENCE_FRAME) ? opus : this.session.encryptOpus(opus);
  }

  /** Decrypts what came from a user; undefined for anything that is not authentically theirs. */
  open(userId: string, frame: Buffer): Buffer | undefined {
    // Without the marker it is plain Opus, which davey may let through for a while: nobody vouches for its sender.
    if (!frame.subarray(-2).equals(MARKER)) return undefined;
    try {
      return this.session.decrypt(userId, AUDIO, frame);
    } catch {
      return undefined;
    }
  }

  /** Handles ops 21, 22 and 24. */
  message(message: ServerMessage): void {
    if (message.op === VoiceOpcodes.DavePrepareTransition) {
      const { transition_id } = message.d;
      if (transition_id !== 0) this.options.json(VoiceOpcodes.DaveTransitionReady, { transition_id });
    } else if (message.op === VoiceOpcodes.DaveExecuteTransition) {
      this.announced.delete(message.d.transition_id);
      this.settle();
    } else if (message.op === VoiceOpcodes.DavePrepareEpoch && message.d.epoch === 1) {
      this.restart();
    }
  }

  /** Handles ops 25, 27, 29 and 30. What cannot be followed is answered as the protocol says, never thrown. */
  binary(op: number, payload: Buffer): void {
    try {
      if (op === VoiceOpcodes.DaveMlsExternalSender) this.session.setExternalSender(payload);
      else if (op === VoiceOpcodes.DaveMlsProposals) this.propose(payload);
      else if (op === VoiceOpcodes.DaveMlsAnnounceCommitTransition) this.follow(payload, 'processCommit');
      else if (op === VoiceOpcodes.DaveMlsWelcome) this.follow(payload, 'processWelcome');
    } catch (error) {
      this.options.log(`dave of ${this.options.userId}: op ${op} not taken: ${String(error)}`);
    }
  }

  private propose(payload: Buffer): void {
    const recognised = [...this.options.others(), this.options.userId];
    const kind = payload.readUInt8(0) === 0 ? 0 : 1;
    const { commit, welcome } = this.session.processProposals(kind, payload.subarray(1), recognised);
    if (commit === undefined) return;
    const offer = welcome === undefined ? commit : Buffer.concat([commit, welcome]);
    this.options.binary(VoiceOpcodes.DaveMlsCommitWelcome, offer);
  }

  private follow(payload: Buffer, step: 'processCommit' | 'processWelcome'): void {
    const transition_id = payload.readUInt16BE(0);
    try {
      this.session[step](payload.subarray(2));
    } catch (error) {
      this.options.log(`dave of ${this.options.userId}: ${step} failed, asking to be added anew: ${String(error)}`);
      this.options.json(VoiceOpcodes.DaveMlsInvalidCommitWelcome, { transition_id });
      this.restart();
      return;
    }
    if (transition_id !== 0) {
      this.announced.add(transition_id);
      this.options.json(VoiceOpcodes.DaveTransitionReady, { transition_id });
    }
    this.settle();
  }

  private settle(): void {
    if (this.sendable) this.usableSince ??= performance.now();
    this.options.onChange();
  }

  private restart(): void {
    this.announced.clear();
    this.usableSince = undefined;
    this.session.reinit(PROTOCOL_VERSION, this.options.userId, this.options.channelId);
    this.start();
    this.options.onChange();
  }
}
