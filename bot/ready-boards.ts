import type { View } from '../commands/views/card.ts';
import type { ReadyCheckRecord } from '../shard/alerts/alert-records.ts';
import type { Clock } from '../shard/ports.ts';
import { announcement } from './announcement.ts';
import type { Outbox } from './outbox.ts';

/** A message is changed no more often than this; what changes meanwhile is shown together. */
const EDIT_EVERY_MS = 1000;
/** Most sessions whose messages are remembered; the shard runs fewer at once. */
const MAX_BOARDS = 50;

/** What the boards are given. */
export interface ReadyBoardsOptions {
  outbox: Outbox;
  clock: Clock;
  /** How a session looks now. */
  view: (check: ReadyCheckRecord) => View;
}

/** A session with its messages, one a channel. */
interface Board {
  latest: ReadyCheckRecord;
  /** How `latest` looks: the same in every channel, and made once. */
  look: ReturnType<typeof announcement> | null;
  messages: Set<BoardMessage>;
}

interface BoardMessage {
  channelId: string;
  /** Null while it is being written. */
  messageId: string | null;
  /** What it shows. */
  shown: ReadyCheckRecord;
  /** Milliseconds since the epoch. */
  changedAt: number;
  busy: boolean;
  cancel: (() => void) | null;
}

/** The messages that ask people whether they are ready: keeps each as its session is, to the end, then forgets it. */
export class ReadyBoards {
  readonly #options: ReadyBoardsOptions;
  readonly #boards = new Map<string, Board>();

  constructor(options: ReadyBoardsOptions) {
    this.#options = options;
  }

  /** How many sessions are remembered. */
  get size(): number {
    return this.#boards.size;
  }

  /** Asks in these channels. */
  ask(check: ReadyCheckRecord, channelIds: readonly string[]): void {
    if (channelIds.length === 0) return;
    const board: Board = { latest: check, look: null, messages: new Set() };
    this.#boards.set(check.id, board);
    const [oldest] = this.#boards.keys();
    if (this.#boards.size > MAX_BOARDS && oldest !== undefined) this.#forget(oldest);
    for (const channelId of channelIds) void this.#write(board, channelId);
  }

  /** The session is like this now. One that is not remembered is left alone. */
  update(check: ReadyCheckRecord): void {
    const board = this.#boards.get(check.id);
    if (!board) return;
    Object.assign(board, { latest: check, look: null });
    for (const message of [...board.messages]) this.#follow(board, message);
  }

  async #write(board: Board, channelId: string): Promise<void> {
    const { outbox, clock } = this.#options;
    const shown = board.latest;
    const message: BoardMessage = { channelId, messageId: null, shown, changedAt: 0, busy: true, cancel: null };
    board.messages.add(message);
    const written = await outbox.write(channelId, (channel) => {
      message.shown = board.latest;
      return channel.send(this.#look(board));
    });
    Object.assign(message, { messageId: written?.id ?? null, changedAt: clock.now(), busy: false });
    if (written) this.#follow(board, message);
    else this.#drop(board, message);
  }

  /** Has a message show what is so now: at once at the end, before only so often. */
  #follow(board: Board, message: BoardMessage): void {
    const over = board.latest.status === 'complete';
    if (message.busy) return;
    message.cancel?.();
    message.cancel = null;
    if (message.shown === board.latest) {
      if (over) this.#drop(board, message);
      return;
    }
    const { clock } = this.#options;
    const waitMs = over ? 0 : message.changedAt + EDIT_EVERY_MS - clock.now();
    if (waitMs <= 0) void this.#change(board, message);
    else message.cancel = clock.after(waitMs, () => void this.#change(board, message));
  }

  async #change(board: Board, message: BoardMessage): Promise<void> {
    const { outbox, clock } = this.#options;
    const { channelId, messageId } = message;
    if (messageId === null) return;
    // What cannot be shown counts as shown: the next change tries again.
    Object.assign(message, { shown: board.latest, busy: true, cancel: null });
    await outbox.write(channelId, (channel) => {
      message.shown = board.latest;
      return channel.messages.edit(messageId, this.#look(board));
    });
    Object.assign(message, { changedAt: clock.now(), busy: false });
    this.#follow(board, message);
  }

  #look(board: Board): ReturnType<typeof announcement> {
    board.look ??= announcement(this.#options.view(board.latest));
    return board.look;
  }

  #drop(board: Board, message: BoardMessage): void {
    board.messages.delete(message);
    if (board.messages.size === 0 && this.#boards.get(board.latest.id) === board) this.#forget(board.latest.id);
  }

  #forget(id: string): void {
    for (const message of this.#boards.get(id)?.messages ?? []) message.cancel?.();
    this.#boards.delete(id);
  }
}
