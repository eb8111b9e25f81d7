import { liveKeys, mayManageKey } from './access/key-commands.ts';
import type { ReadyCheckRecord, TemplateRecord } from './alerts/alert-records.ts';
import { readableSessions, sessionOf } from './alerts/ready-sessions.ts';
import type { NetRef } from './commands.ts';
import type { ChannelFact, PersonFact, RoleFact } from './facts.ts';
import { resolveNet } from './nets/net-ref.ts';
import { type NetSources, NetViews } from './nets/net-views.ts';
import { featuresOf, PUBLIC_SLOT } from './op/features.ts';
import { operationOf } from './op/operation-commands.ts';
import { presetOf } from './op/preset-name.ts';
import { publicNetRecord } from './op/public-net.ts';
import { settingsOf } from './op/settings-commands.ts';
import type { Actor } from './people/actor.ts';
import { authorityOf } from './people/authority.ts';
import type { Clock, Entitlements } from './ports.ts';
import { findWebhook } from './record/webhook-commands.ts';
import type {
  FeaturesRecord,
  KeyRecord,
  NetRecord,
  OperationRecord,
  PresetRecord,
  SettingsRecord,
  WebhookRecord,
} from './records.ts';
import type { State } from './state.ts';
import type {
  AuthorityLevel,
  EffectiveAssignment,
  NetView,
  OperatorView,
  PublicNetView,
  StatusView,
  TemporaryView,
} from './views.ts';

/** What the reads are made from. */
export interface ReadSources extends NetSources {
  guildId: string;
  state: State;
  clock: Clock;
  /** ISO time of a key's last use. */
  keyUse: (keyId: string) => string | null;
  /** ISO time of the last change of anything. */
  updatedAt: () => string;
  entitlements: () => Entitlements | null;
}

/** Everything that can be asked of a shard. Synchronous, from memory. */
export class Reads {
  readonly #from: ReadSources;
  readonly #nets: NetViews;

  constructor(from: ReadSources) {
    this.#from = from;
    this.#nets = new NetViews(from);
  }

  status(): StatusView {
    const { guildId, state, presence, roster, updatedAt } = this.#from;
    const nets = this.nets();
    return {
      guildId,
      guildName: presence.guildName,
      operationOpen: operationOf(state).open,
      connected: roster.operators.size,
      transmitting: nets.filter((net) => net.transmitting.length > 0).map((net) => net.name),
      features: featuresOf(state),
      nets,
      reduced: [...presence.reduced],
      updatedAt: updatedAt(),
    };
  }

  /** How many operators are connected now. */
  connected(): number {
    return this.#from.roster.operators.size;
  }

  /** Ascending by slot. */
  nets(): NetView[] {
    return this.#nets.all();
  }

  /** One net at this moment, as its record says it is. */
  netView(net: NetRecord): NetView {
    return this.#nets.one(net);
  }

  /** @throws ShardError net.unknown | net.ref-mismatch | net.ref-missing */
  net(ref: NetRef): NetRecord {
    return resolveNet(this.#from.state, ref);
  }

  /** Slot and name of a net, also of one in the archive (no slot then). */
  findNet(uid: string): { id: number | null; name: string } | undefined {
    const { nets, archive } = this.#from.state.tables;
    const live = nets.get(uid);
    if (live) return { id: live.id, name: live.name };
    const entry = archive.get(uid);
    return entry && { id: null, name: entry.name };
  }

  /** Nets whose slot, uid or name matches what was typed; all for an empty text. */
  searchNets(text: string, limit: number): NetRecord[] {
    const word = text.normalize('NFC').trim().toLowerCase();
    return [...this.#from.state.tables.nets.values()]
      .filter((net) => net.name.toLowerCase().includes(word) || String(net.id) === word || net.uid === word)
      .sort((a, b) => a.id - b.id)
      .slice(0, limit);
  }

  roster(): OperatorView[] {
    const talking = new Set([...this.#from.radio.transmissions()].map((transmission) => transmission.userId));
    return [...this.#from.roster.operators.values()].map(({ person, channelId, since, nets }) => ({
      userId: person.userId,
      displayName: person.displayName,
      transport: person.service ? 'service' : 'discord',
      channelId,
      roleIds: [...person.roleIds],
      nets: nets.map(({ netUid, netId }) => ({ uid: netUid, id: netId })),
      transmitting: talking.has(person.userId),
      since,
    }));
  }

  /** Stored assignments, explicit and temporary: user id → nets, ascending by slot. */
  assignments(): Map<string, NetRecord[]> {
    const { assignments, temporary } = this.#from.state.tables;
    const stored = new Map([...assignments].map(([userId, { netUids }]) => [userId, netUids]));
    for (const [userId, { nets }] of temporary) {
      stored.set(userId, [...new Set([...(stored.get(userId) ?? []), ...nets.map(({ netUid }) => netUid)])]);
    }
    return new Map([...stored].map(([userId, netUids]) => [userId, this.#liveNets(netUids)]));
  }

  /** Temporary assignments, the one that ends first in front. */
  temporary(): TemporaryView[] {
    const { temporary, nets } = this.#from.state.tables;
    return [...temporary.values()]
      .flatMap(({ userId, nets: held }) => held.map((entry) => ({ userId, ...entry })))
      .flatMap((entry) => {
        const net = nets.get(entry.netUid);
        return net ? [{ ...entry, netId: net.id }] : [];
      })
      .sort((a, b) => (a.expiresAt < b.expiresAt ? -1 : 1));
  }

  /** Effective assignments of connected operators. */
  effective(): Map<string, EffectiveAssignment[]> {
    return new Map([...this.#from.roster.operators].map(([userId, { nets }]) => [userId, nets]));
  }

  /** Rules with their live nets; nets in the archive are left out. */
  rules(): { roleId: string; nets: NetRecord[] }[] {
    return [...this.#from.state.tables.rules.values()]
      .map(({ roleId, netUids }) => ({ roleId, nets: this.#liveNets(netUids) }))
      .filter((rule) => rule.nets.length > 0);
  }

  operation(): OperationRecord {
    return operationOf(this.#from.state);
  }

  settings(): SettingsRecord {
    return settingsOf(this.#from.state);
  }

  features(): FeaturesRecord {
    return featuresOf(this.#from.state);
  }

  /** By name. */
  presets(): PresetRecord[] {
    return [...this.#from.state.tables.presets.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** The preset of that name in any case. @throws ShardError preset.unknown */
  preset(name: string): PresetRecord {
    return presetOf(this.#from.state, name);
  }

  /** The Public Net, shown or hidden. */
  publicNet(): PublicNetView {
    const { state } = this.#from;
    const shown = this.nets().find((net) => net.id === PUBLIC_SLOT);
    const hidden = publicNetRecord(state)?.net;
    return {
      ...featuresOf(state).publicNet,
      netId: PUBLIC_SLOT,
      netUid: (shown ?? hidden)?.uid ?? null,
      occupancy: shown?.occupancy ?? 0,
      channels: shown?.channels ?? hidden?.channelIds.map((channelId) => this.#nets.channel(channelId, 0)) ?? [],
    };
  }

  /** What central said last that the guild is entitled to; null while it never answered. */
  entitlements(): Entitlements | null {
    return this.#from.entitlements();
  }

  /** Ready checks that can be started, by creation. */
  readyTemplates(): TemplateRecord[] {
    return [...this.#from.state.tables.templates.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }

  /** Ready checks that were started within a day, at most 100, the newest first. */
  readySessions(): ReadyCheckRecord[] {
    return readableSessions(this.#from.state, this.#from.clock.now());
  }

  /** @throws ShardError ready.session-unknown */
  readySession(id: string): ReadyCheckRecord {
    return sessionOf(this.#from.state, id, this.#from.clock.now());
  }

  /** Neither revoked nor expired, by creation. */
  keys(): KeyRecord[] {
    return liveKeys(this.#from.state, this.#from.clock.now());
  }

  /** The live keys that this person may see and end. */
  keysOf(actor: Actor): KeyRecord[] {
    return this.keys().filter((key) => mayManageKey(this.#from.state, actor, key));
  }

  /** ISO time of the key's last use; null when it was never used. */
  keyUse(keyId: string): string | null {
    return this.#from.keyUse(keyId);
  }

  /** The key with this SHA-256 (hex), also when it has ended. */
  keyByHash(hash: string): KeyRecord | undefined {
    return this.#from.state.keyByHash.get(hash);
  }

  /** By registration. Their secrets are for signing only. */
  webhooks(): WebhookRecord[] {
    return [...this.#from.state.tables.webhooks.values()].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }

  /** @throws ShardError webhook.unknown */
  webhook(id: string): WebhookRecord {
    return findWebhook(this.#from.state, id);
  }

  /** What Discord said of the guild. */
  guild(): { name: string; roles: ReadonlyMap<string, RoleFact>; channels: ReadonlyMap<string, ChannelFact> } {
    const { guildName: name, roles, channels } = this.#from.presence;
    return { name, roles, channels };
  }

  /** Somebody who is in a voice channel now. */
  person(userId: string): PersonFact | undefined {
    return this.#from.presence.people.get(userId);
  }

  authority(actor: Actor): AuthorityLevel {
    return authorityOf(this.#from.state, actor);
  }

  #liveNets(netUids: readonly string[]): NetRecord[] {
    return netUids
      .map((uid) => this.#from.state.tables.nets.get(uid))
      .filter((net): net is NetRecord => net !== undefined)
      .sort((a, b) => a.id - b.id);
  }
}
