import { canonicalJson } from '../canonical-json.ts';
import type { ArchiveFields } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { mintNetUid } from '../mint.ts';
import { actorSource } from '../people/actor.ts';
import type { ArchiveRecord } from '../records.ts';
import { ONLY } from '../state.ts';
import { putInArchive, takeFromArchive } from './archive-chain.ts';
import { foldTag } from './fold-tag.ts';
import { dropFromRules, tellConfig } from './net-commands.ts';
import { cleanNetName } from './net-name.ts';
import { DEFAULT_NET_SETTINGS } from './net-settings.ts';

const UID = /^net_[a-z2-7]{24}$/;

/** Changes what is given of an entry, or makes one. */
export const putEntry: Handler<'archive.put'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { uid = null, fields }, { ids }) {
    const old = uid === null ? undefined : draft.state.tables.archive.get(uid);
    if (old) return { entry: updateEntry(draft, old, fields), action: 'updated' };
    return { entry: createEntry(draft, uid ?? mintNetUid(ids), fields), action: 'created' };
  },
};

/** Changes what is given of an entry that is there. */
export const updateArchived: Handler<'archive.update'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { uid, fields }) {
    return { entry: updateEntry(draft, requireEntry(draft, uid), fields) };
  },
};

/** Deletes an entry for good: rules that name its net sleep no longer. */
export const deleteArchived: Handler<'archive.delete'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { uid }) {
    requireEntry(draft, uid);
    takeFromArchive(draft, uid);
    dropFromRules(draft, uid);
    tellConfig(draft, 'archive.delete', uid);
    return { uid };
  },
};

/** The entry with this uid. @throws ShardError archive.unknown */
export function requireEntry({ state }: Pick<Draft, 'state'>, uid: string): ArchiveRecord {
  const entry = state.tables.archive.get(uid);
  if (!entry) throw new ShardError('archive.unknown', { uid: uid.slice(0, 64) });
  return entry;
}

/** The same error, with the field that is to blame. */
function wrongField(pointer: string, { code, params, message }: ShardError): ShardError {
  return new ShardError(code, params, [{ pointer, detail: message }]);
}

function createEntry(draft: Draft, uid: string, fields: ArchiveFields): ArchiveRecord {
  if (!UID.test(uid)) throw wrongField('/uid', new ShardError('archive.uid-invalid', { uid: uid.slice(0, 64) }));
  requireNotLive(draft, uid);
  if (fields.name === undefined) throw wrongField('/name', new ShardError('archive.name-missing'));
  const entry: ArchiveRecord = {
    uid,
    notes: '',
    tags: [],
    assignedUserIds: [],
    ...DEFAULT_NET_SETTINGS,
    inboundRelayFromNetUids: [],
    channelIds: [],
    createdAt: draft.at,
    archivedAt: draft.at,
    updatedAt: draft.at,
    source: actorSource(draft.actor),
    ...cleanFields(fields),
    name: cleanNetName(fields.name),
  };
  putInArchive(draft, entry);
  tellConfig(draft, 'archive.create', uid);
  return entry;
}

/** The entry with these fields; nothing is written when they are what it has. */
function updateEntry(draft: Draft, old: ArchiveRecord, fields: ArchiveFields): ArchiveRecord {
  const entry = { ...old, ...cleanFields(fields) };
  if (canonicalJson(entry) === canonicalJson(old)) return old;
  entry.updatedAt = draft.at;
  putInArchive(draft, entry);
  tellConfig(draft, 'archive.update', entry.uid);
  return entry;
}

/** The Public Net, shown or hidden, is as live as any. */
function requireNotLive({ state }: Draft, uid: string): void {
  const live = state.tables.nets.get(uid) ?? state.tables.publicNet.get(ONLY)?.net;
  if (live?.uid === uid) throw new ShardError('archive.net-live', { net: live.name });
}

function cleanFields({ name, tags, ...fields }: ArchiveFields): Partial<ArchiveRecord> {
  const { assignedUserIds, relayTargetNetUids, inboundRelayFromNetUids, channelIds } = fields;
  return {
    ...fields,
    ...(name !== undefined && { name: cleanNetName(name) }),
    ...(tags && { tags: cleanTags(tags) }),
    ...(assignedUserIds && { assignedUserIds: [...new Set(assignedUserIds)] }),
    ...(relayTargetNetUids && { relayTargetNetUids: [...new Set(relayTargetNetUids)] }),
    ...(inboundRelayFromNetUids && { inboundRelayFromNetUids: [...new Set(inboundRelayFromNetUids)] }),
    ...(channelIds && { channelIds: [...new Set(channelIds)] }),
  };
}

/** As they are kept: trimmed and composed, each once in whatever case. */
function cleanTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags.map((raw) => raw.normalize('NFC').trim())) {
    if (!kept.has(foldTag(tag))) kept.set(foldTag(tag), tag);
  }
  return [...kept.values()];
}
