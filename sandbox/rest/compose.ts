import { type APIAttachment, type APIMessage, MessageFlags } from 'discord-api-types/v10';
import type { StoredMessage } from '../world/changes.ts';
import type { StoredFile } from '../world/messages.ts';
import { userOf, userPayload } from '../world/payloads.ts';
import type { RestServices } from './route.ts';
import { type ComponentNode, numberComponents, walkComponents } from './rules/component-tree.ts';
import type { MessageForm } from './rules/message.ts';

/** Flags a bot may set on a message it sends. */
const SETTABLE =
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2 |
  MessageFlags.Ephemeral;

/** Where a new message goes, who wrote it, who sees it. */
export interface Sending {
  channelId: string;
  guildId: string | null;
  authorId: string;
  visibleTo: string | null;
  /** What else its payload carries, such as the interaction it answers. */
  more?: Partial<APIMessage>;
}

/** Files of a body, by attachment number. */
export type BodyFiles = ReadonlyMap<number, StoredFile>;

/** A new message from a checked body, and the files to keep with it, by attachment id. */
export function composeMessage(
  services: RestServices,
  form: MessageForm,
  files: BodyFiles,
  sending: Sending,
): { message: StoredMessage; files: Map<string, StoredFile> } {
  const { world } = services;
  const attached = attach(services, sending.channelId, form, files);
  const components = (form.components ?? []) as ComponentNode[];
  numberComponents(components);
  const payload = {
    id: world.ids.next(),
    channel_id: sending.channelId,
    author: userPayload(userOf(world, sending.authorId)),
    content: form.content ?? '',
    timestamp: new Date(world.now()).toISOString(),
    edited_timestamp: null,
    tts: form.tts ?? false,
    mention_everyone: false,
    ...mentioned(services, form, sending.guildId),
    mention_channels: [],
    attachments: attached.list,
    embeds: form.embeds ?? [],
    components,
    pinned: false,
    type: 0,
    flags: (form.flags ?? 0) & SETTABLE,
    ...(form.nonce === undefined || form.nonce === null ? {} : { nonce: form.nonce }),
    ...sending.more,
  } as unknown as APIMessage;
  return { message: { payload, guildId: sending.guildId, visibleTo: sending.visibleTo }, files: attached.files };
}

/** What an edit changes in a message's payload. Fields that are not sent stay. */
export function composeEdit(
  services: RestServices,
  before: APIMessage,
  guildId: string | null,
  form: MessageForm,
  files: BodyFiles,
): { patch: Partial<APIMessage>; files: Map<string, StoredFile> } {
  const patch: Record<string, unknown> = { edited_timestamp: new Date(services.world.now()).toISOString() };
  if (form.content !== undefined) patch['content'] = form.content ?? '';
  if (form.embeds !== undefined) patch['embeds'] = form.embeds ?? [];
  if (form.components !== undefined) {
    numberComponents((form.components ?? []) as ComponentNode[]);
    patch['components'] = form.components ?? [];
  }
  if (form.content !== undefined || form.components !== undefined)
    Object.assign(patch, mentioned(services, form, guildId));
  const attached = attach(services, before.channel_id, form, files);
  const kept = before.attachments.filter(
    ({ id }) => !form.attachments || form.attachments.some((attachment) => String(attachment.id) === id),
  );
  if (form.attachments || files.size > 0) patch['attachments'] = [...kept, ...attached.list];
  // The loading state ends with the first edit; components V2 and ephemerality stay as they were.
  const gained = (form.flags ?? 0) & (MessageFlags.IsComponentsV2 | MessageFlags.SuppressEmbeds);
  patch['flags'] = ((before.flags ?? 0) | gained) & ~MessageFlags.Loading;
  return { patch, files: attached.files };
}

function attach(
  services: RestServices,
  channelId: string,
  form: MessageForm,
  files: BodyFiles,
): { list: APIAttachment[]; files: Map<string, StoredFile> } {
  const list: APIAttachment[] = [];
  const kept = new Map<string, StoredFile>();
  for (const [number, file] of files) {
    const described = form.attachments?.find((attachment) => String(attachment.id) === String(number));
    const id = services.world.ids.next();
    const filename = described?.filename ?? file.name;
    const url = `${services.baseUrl()}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
    list.push({
      id,
      filename,
      size: file.content.length,
      url,
      proxy_url: url,
      content_type: file.contentType,
      ...(described?.description ? { description: described.description } : {}),
    });
    kept.set(id, file);
  }
  return { list, files: kept };
}

/** Who a message mentions: what its text names, as far as `allowed_mentions` lets it. */
function mentioned(
  { world }: RestServices,
  form: MessageForm,
  guildId: string | null,
): Pick<APIMessage, 'mentions' | 'mention_roles'> {
  const shown = walkComponents((form.components ?? []) as ComponentNode[]).map(({ node }) => node.content ?? '');
  const text = [form.content ?? '', ...shown].join('\n');
  const allowed = form.allowed_mentions;
  const passes = (kind: 'users' | 'roles', id: string): boolean =>
    !allowed || (allowed.parse?.includes(kind) ?? false) || (allowed[kind]?.includes(id) ?? false);
  const ids = (pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
  return {
    mentions: ids(/<@!?(\d{1,20})>/g)
      .filter((id) => passes('users', id))
      .flatMap((id) => world.users.get(id) ?? [])
      .map(userPayload),
    mention_roles: ids(/<@&(\d{1,20})>/g).filter(
      (id) => passes('roles', id) && world.guilds.get(guildId ?? '')?.roles.has(id),
    ),
  };
}
