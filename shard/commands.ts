/** Everything that can be asked of a shard, with what it answers: type → { input, result }. */
import type { Scope } from './access/scopes.ts';
import type { ReadyCheckRecord, ReadyTarget, TemplateRecord } from './alerts/alert-records.ts';
import type { RestoredNet, RestoreWish } from './nets/restore-net.ts';
import type { AlertType } from './record/events.ts';
import type {
  ArchiveRecord,
  FeaturesPatch,
  FeaturesRecord,
  KeyKind,
  KeyRecord,
  NetRecord,
  NetSettings,
  PresetContents,
  PresetRecord,
  PublicNetPatch,
  RuleRecord,
  SettingsRecord,
  WebhookRecord,
} from './records.ts';

/**
 * How a net is named: by uid, by slot, or by words a person typed (uid, slot or name in any case). With both `netUid`
 * and `netId` they must agree.
 */
export type NetRef = { netUid?: string | undefined; netId?: number | undefined } | { text: string };

/** What can be set about a net at its creation and afterwards; what is left out stays as it is. */
type NetFields = {
  [K in 'priority' | 'mode' | 'gainDb' | 'timeLimitSeconds' | 'access']?: NetSettings[K] | undefined;
} & { channelIds?: readonly string[] | undefined };

/** One person put on one net, or taken off. */
export interface AssignmentInput {
  userId: string;
  net: NetRef;
  action: 'assign' | 'unassign';
}

/** What became of it; `changed`: false when it was so before. */
export interface AssignmentResult {
  userId: string;
  net: NetRecord;
  action: 'assign' | 'unassign';
  changed: boolean;
}

export interface Commands {
  'net.create': { input: { name: string } & NetFields; result: { net: NetRecord } };
  /** `channelIds` and `monitors` (channel of the net → other nets heard in it) replace what there was. */
  'net.update': {
    input: {
      net: NetRef;
      name?: string | undefined;
      monitors?: Readonly<Record<string, readonly NetRef[]>> | undefined;
    } & NetFields;
    result: { net: NetRecord; changed: boolean };
  };
  /** `targets` replaces the nets that also hear this one. */
  'net.relays': { input: { net: NetRef; targets: readonly NetRef[] }; result: { net: NetRecord; changed: boolean } };
  'net.rename': { input: { net: NetRef; name: string }; result: { net: NetRecord; changed: boolean } };
  /** Archives the net unless `permanent`. */
  'net.remove': {
    input: { net: NetRef; permanent?: boolean };
    result: { net: NetRecord; archived: boolean; entry: ArchiveRecord | null };
  };
  'net.bind': { input: { net: NetRef; channelId: string }; result: { net: NetRecord; changed: boolean } };
  'net.unbind': { input: { channelId: string }; result: { net: NetRecord } };
  /** Makes an entry (with a new uid when none is given), or changes what is given of one that is there. */
  'archive.put': {
    input: { uid?: string | undefined; fields: ArchiveFields };
    result: { entry: ArchiveRecord; action: 'created' | 'updated' };
  };
  'archive.update': { input: { uid: string; fields: ArchiveFields }; result: { entry: ArchiveRecord } };
  'archive.delete': { input: { uid: string }; result: { uid: string } };
  'archive.restore': { input: RestoreWish; result: RestoredNet };
  /** Taking somebody off a net takes their explicit and their temporary assignment to it. */
  'assignment.set': { input: AssignmentInput; result: AssignmentResult };
  /** All of them or none; the same as one after the other. One result per item, in order. */
  'assignment.bulk': { input: { items: readonly AssignmentInput[] }; result: { results: AssignmentResult[] } };
  /** Replaces an earlier temporary assignment to the same net. */
  'assignment.temporary': {
    input: { userId: string; net: NetRef; ttlMs: number };
    result: { userId: string; net: NetRecord; expiresAt: string };
  };
  /** Ends the temporary assignments that are over. */
  'assignment.expire': { input: Record<never, never>; result: { ended: number } };
  /** Replaces the whole set. Rules without nets are dropped; a role named twice gets the union. */
  'rules.set': {
    input: { rules: readonly { roleId: string; nets: readonly NetRef[] }[]; dryRun?: boolean };
    result: { rules: RuleRecord[]; diff: RuleDiff };
  };
  'rule.add': { input: { roleId: string; net: NetRef }; result: { net: NetRecord; changed: boolean; diff: RuleDiff } };
  'rule.remove': { input: { roleId: string; net: NetRef }; result: { net: NetRecord; diff: RuleDiff } };
  'operation.set': { input: { open: boolean }; result: { open: boolean; changed: boolean } };
  'features.set': { input: { features: FeaturesPatch }; result: { features: FeaturesRecord; changed: boolean } };
  'public-net.show': PublicNetCommand<Omit<PublicNetPatch, 'enabled'>>;
  'public-net.hide': PublicNetCommand<object>;
  'public-net.remove': PublicNetCommand<object>;
  'public-net.restore': PublicNetCommand<Omit<PublicNetPatch, 'enabled'>>;
  /** Creates it, or replaces the one of that name. */
  'preset.save': { input: { preset: PresetContents }; result: { preset: PresetRecord; created: boolean } };
  /** Saves the live layout: rules and features only where the actor may set them. */
  'preset.capture': {
    input: { name: string; description?: string | undefined };
    result: { preset: PresetRecord; created: boolean };
  };
  'preset.delete': { input: { name: string }; result: { name: string } };
  /** `open` goes before what the preset says. */
  'preset.apply': {
    input: { name: string; mode?: PresetMode; open?: boolean | undefined; dryRun?: boolean };
    result: { preset: PresetRecord; applied: boolean; results: PresetStep[] };
  };
  'settings.set': { input: Partial<SettingsRecord>; result: { settings: SettingsRecord; changed: boolean } };
  /** Shows everyone who is connected an alert. */
  'acars.send': { input: AcarsInput; result: AcarsReceipt };
  /**
   * Ends somebody's connection. `ended` is what came of it and nobody's to send; `disconnected` counts what was ended.
   */
  'client.disconnect': {
    input: { userId: string; reason?: string | undefined; ended?: number };
    result: { userId: string; disconnected: number };
  };
  /** Makes a ready check, or changes the one with this id; what is left out stays as it was. */
  'ready.configure': { input: ReadyTemplateInput; result: { template: TemplateRecord; created: boolean } };
  'ready.remove': { input: { id: string }; result: { template: TemplateRecord } };
  'ready.start': {
    input: { templateId: string; initiatorName?: string | undefined };
    result: { session: ReadyCheckRecord };
  };
  /** The answer of whoever gives the command. The last one counts, until all have answered or the time is over. */
  'ready.respond': {
    input: { sessionId: string; status: 'ready' | 'declined' };
    result: { session: ReadyCheckRecord; changed: boolean };
  };
  /** Ends what is over. */
  'ready.end': { input: object; result: { sessions: ReadyCheckRecord[] } };
  /** `secret` is shown this once and kept nowhere. */
  'key.create': {
    input: { name: string; kind: KeyKind; scopes: readonly string[]; expiresAt?: string | undefined };
    result: { key: KeyRecord; secret: string };
  };
  /** `key` is an id or a name in any case. */
  'key.revoke': { input: { key: string }; result: { key: KeyRecord; changed: boolean } };
  /** Replaces the public token: the one before is refused from now on. */
  'token.rotate': { input: Record<never, never>; result: { rotation: number } };
  /** `events`: types, groups such as `ptt.*`, or `*`. `secret` is shown this once. */
  'webhook.create': {
    input: { url: string; events: readonly string[]; secret?: string | undefined };
    result: { webhook: WebhookRecord; secret: string };
  };
  'webhook.remove': { input: { id: string }; result: { webhook: WebhookRecord } };
  /** Its secret is left out: what a change answers may be kept for who asks again. */
  'webhook.enable': { input: { id: string }; result: { webhook: Omit<WebhookRecord, 'secret'>; changed: boolean } };
  /** Switches it off because deliveries failed. */
  'webhook.quarantine': { input: { id: string; reason: string }; result: { webhook: WebhookRecord; changed: boolean } };
  /** Switches off the webhooks whose key has ended. */
  'webhook.follow-keys': { input: Record<never, never>; result: Record<never, never> };
}

/** An alert as it is asked for. */
export interface AcarsInput {
  text: string;
  /** By default the person's name, or "Owner API" for a key. */
  senderName?: string | undefined;
  /** How long it is shown where it goes away by itself, in milliseconds. */
  durationMs?: number | undefined;
  alertType?: AlertType | undefined;
}

/** What became of an alert. `clients` and `routed`: operators reached; `delivered`: whether there was one. */
interface AcarsReceipt {
  id: string;
  delivered: boolean;
  clients: number;
  routed: number;
  durationMs: number;
  alertType: AlertType;
}

/** Whom a ready check is to ask. */
export type TargetInput = { [K in keyof ReadyTarget]?: Readonly<ReadyTarget[K]> | undefined };

/** A ready check as it is asked for; without an id it gets one. */
export interface ReadyTemplateInput {
  id?: string | undefined;
  name?: string | undefined;
  message: string;
  color?: string | undefined;
  keyCombo?: string | undefined;
  target?: TargetInput | undefined;
}
/** `merge` takes nothing away; `replace` makes nets, assignments and rules what the preset says. */
export type PresetMode = 'merge' | 'replace';

/** One thing that applying a preset did, or left. */
export interface PresetStep {
  step: 'net' | 'channel' | 'relay' | 'assignment' | 'rule' | 'features' | 'operation';
  /** Name of a net, id of a channel, person or role, or the step itself. */
  target: string;
  /** The net that a channel or a person was put on or taken off. */
  net?: string;
  action: PresetAction;
  /** False where it could not be done and was left out. */
  ok: boolean;
  reason?: string;
}

/** `keep`: it was so before. */
type PresetAction =
  | 'keep'
  | 'create'
  | 'restore'
  | 'rename'
  | 'archive'
  | 'bind'
  | 'unbind'
  | 'assign'
  | 'unassign'
  | 'set'
  | 'remove'
  | 'open'
  | 'close';

interface PublicNetCommand<I> {
  input: I;
  result: { features: FeaturesRecord; changed: boolean };
}

/** What can be said about an archive entry. */
export type ArchiveFields = Partial<Omit<ArchiveRecord, 'uid' | 'createdAt' | 'archivedAt' | 'updatedAt' | 'source'>>;

/** What replacing rules did: pairs of role and net, and how many connected people it touches. */
export interface RuleDiff {
  added: RulePair[];
  removed: RulePair[];
  membersAffected: number;
}

export interface RulePair {
  roleId: string;
  netUid: string;
}

export type CommandType = keyof Commands;

/** A command as it is handed to `Shard.change`. */
export type Command<T extends CommandType = CommandType> = { [K in T]: { type: K } & Commands[K]['input'] }[T];

/** What a command of this type answers. */
export type Result<T extends CommandType> = Commands[T]['result'];

/** Scope a key needs for a command; `null`: keys may not do it. */
export const COMMAND_SCOPE: Readonly<Record<CommandType, Scope | null>> = {
  'net.create': 'write:nets',
  'net.update': 'write:nets',
  'net.relays': 'write:nets',
  'net.rename': 'write:nets',
  'net.remove': 'write:nets',
  'net.bind': 'write:nets',
  'net.unbind': 'write:nets',
  'archive.put': 'write:archive',
  'archive.update': 'write:archive',
  'archive.delete': 'write:archive',
  'archive.restore': 'write:archive',
  'assignment.set': 'write:assignments',
  'assignment.bulk': 'write:assignments',
  'assignment.temporary': 'write:assignments',
  'assignment.expire': null,
  'rules.set': 'write:rules',
  'rule.add': 'write:rules',
  'rule.remove': 'write:rules',
  'operation.set': 'write:operation',
  'features.set': 'manage:features',
  'public-net.show': 'manage:features',
  'public-net.hide': 'manage:features',
  'public-net.remove': 'manage:features',
  'public-net.restore': 'manage:features',
  'preset.save': 'write:presets',
  'preset.capture': 'write:presets',
  'preset.delete': 'write:presets',
  'preset.apply': 'write:presets',
  'settings.set': null,
  'acars.send': 'write:acars',
  'client.disconnect': 'write:clients',
  'ready.configure': 'write:ready-checks',
  'ready.remove': 'write:ready-checks',
  'ready.start': 'write:ready-checks',
  'ready.respond': null,
  'ready.end': null,
  'key.create': null,
  'key.revoke': null,
  'token.rotate': null,
  'webhook.create': 'read:events',
  'webhook.remove': 'read:events',
  'webhook.enable': 'read:events',
  'webhook.quarantine': null,
  'webhook.follow-keys': null,
};
