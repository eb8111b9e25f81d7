import type { APIMessage } from 'discord-api-types/v10';
import type { StoredMessage } from './changes.ts';
import type { World } from './world.ts';

/** Messages kept per channel; older ones are forgotten. */
const KEPT_PER_CHANNEL = 500;

/** Files kept over all channels; what is older can no longer be fetched. */
const KEPT_FILES = 100;

/** A file that came with a message. */
export interface StoredFile {
  name: string;
  contentType: string;
  content: Buffer;
}

/** A channel between a bot and one person. */
export interface DirectChannel {
  id: string;
  botId: string;
  personId: string;
}

/** What people and bots wrote, for as long as the process lives. */
export class Messages {
  private readonly world: World;
  private readonly channels = new Map<string, StoredMessage[]>();
  private readonly direct = new Map<string, DirectChannel>();
  private readonly files = new Map<string, StoredFile>();

  constructor(world: World) {
    this.world = world;
  }

  /** Keeps a message and tells the world. */
  add(message: StoredMessage, files: ReadonlyMap<string, StoredFile> = new Map()): StoredMessage {
    const kept = this.channels.get(message.payload.channel_id) ?? [];
    this.channels.set(message.payload.channel_id, kept);
    kept.push(message);
    this.keep(files);
    if (kept.length > KEPT_PER_CHANNEL) this.forget(kept.shift());
    this.world.tell({ type: 'message.created', message });
    return message;
  }

  /** Changes what is shown and tells the world. */
  edit(
    message: StoredMessage,
    patch: Partial<APIMessage>,
    files: ReadonlyMap<string, StoredFile> = new Map(),
  ): StoredMessage {
    Object.assign(message.payload, patch);
    this.keep(files);
    this.world.tell({ type: 'message.updated', message });
    return message;
  }

  delete(message: StoredMessage): void {
    const kept = this.channels.get(message.payload.channel_id) ?? [];
    const at = kept.indexOf(message);
    if (at < 0) return;
    kept.splice(at, 1);
    this.forget(message);
    this.world.tell({ type: 'message.deleted', message });
  }

  /** Oldest first, of one channel. */
  in(channelId: string): readonly StoredMessage[] {
    return this.channels.get(channelId) ?? [];
  }

  find(messageId: string, channelId?: string): StoredMessage | undefined {
    const lists = channelId === undefined ? [...this.channels.values()] : [this.in(channelId)];
    return lists.flatMap((list) => list.find((message) => message.payload.id === messageId) ?? []).at(0);
  }

  file(attachmentId: string): StoredFile | undefined {
    return this.files.get(attachmentId);
  }

  /** The channel between a bot and a person, made when it is first asked for. */
  openDirect(botId: string, personId: string): DirectChannel {
    const known = this.directOf(personId).find((channel) => channel.botId === botId);
    if (known) return known;
    const channel = { id: this.world.ids.next(), botId, personId };
    this.direct.set(channel.id, channel);
    return channel;
  }

  directChannel(channelId: string): DirectChannel | undefined {
    return this.direct.get(channelId);
  }

  /** The channels bots opened to this person. */
  directOf(personId: string): DirectChannel[] {
    return [...this.direct.values()].filter((channel) => channel.personId === personId);
  }

  private keep(files: ReadonlyMap<string, StoredFile>): void {
    for (const [id, file] of files) {
      this.files.set(id, file);
      const [oldest] = this.files.keys();
      if (this.files.size > KEPT_FILES && oldest !== undefined) this.files.delete(oldest);
    }
  }

  private forget(message: StoredMessage | undefined): void {
    for (const attachment of message?.payload.attachments ?? []) this.files.delete(attachment.id);
  }
}
