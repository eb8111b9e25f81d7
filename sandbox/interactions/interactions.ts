import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { InteractionResponseType } from 'discord-api-types/v10';
import type { StoredMessage } from '../world/changes.ts';
import type { World } from '../world/world.ts';

/** Milliseconds a bot has for its first answer (Discord's documentation, "Receiving and Responding"). */
export const FIRST_ANSWER_MS = 3000;
/** Milliseconds the token is good for edits and follow-ups. */
const TOKEN_MS = 15 * 60_000;
/** Milliseconds after which an interaction is forgotten altogether. */
const FORGET_MS = 20 * 60_000;

export type InteractionKind = 'command' | 'autocomplete' | 'component' | 'modal';

/** A choice offered by autocomplete. */
export interface Choice {
  name: string;
  value: string | number;
}

/** A modal as a bot opened it. */
export interface Modal {
  custom_id: string;
  title: string;
  components: readonly unknown[];
}

/** Who did what where. */
export interface InteractionStart {
  kind: InteractionKind;
  botId: string;
  guildId: string;
  channelId: string;
  userId: string;
  /** The message whose component was used, also by way of a modal. */
  source: StoredMessage | null;
}

/** Something a person did with a bot, and what became of it. */
export class Interaction {
  readonly start: InteractionStart;
  readonly id: string;
  readonly token: string;
  readonly startedAt: number;
  /** The first answer; null while there is none. */
  answer: { type: InteractionResponseType; atMs: number } | null = null;
  /** `@original`: the reply, or the message whose component was used. */
  original: StoredMessage | null = null;
  /** Whether the deferred answer has been filled in, or taken back. */
  isSettled = false;
  followups: StoredMessage[] = [];
  choices: readonly Choice[] = [];
  modal: Modal | null = null;
  private readonly changes = new EventEmitter().setMaxListeners(0);

  constructor(start: InteractionStart, id: string, startedAt: number) {
    this.start = start;
    this.id = id;
    this.startedAt = startedAt;
    this.token = randomBytes(48).toString('base64url');
  }

  /** Wakes those who wait for something to happen to this interaction. */
  touch(): void {
    this.changes.emit('change');
  }

  /** Resolves true as soon as the condition holds, false after `ms`. */
  async until(condition: () => boolean, ms: number): Promise<boolean> {
    if (condition()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    const check = (): void => {
      if (condition()) resolve(true);
    };
    this.changes.on('change', check);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.changes.off('change', check);
    }
  }

  /** Resolves after `quietMs` in which nothing happened, at the latest after `ms`. */
  async untilQuiet(quietMs: number, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let quiet = setTimeout(resolve, quietMs);
    const limit = setTimeout(resolve, ms);
    const again = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(resolve, quietMs);
    };
    this.changes.on('change', again);
    await promise;
    clearTimeout(quiet);
    clearTimeout(limit);
    this.changes.off('change', again);
  }
}

/** Why a token or an id opens nothing. */
export type InteractionRefusal = 'unknown' | 'expired' | 'already-answered';

/** The interactions of the last minutes, by the tokens bots answer them with. */
export class Interactions {
  private readonly world: World;
  private readonly byToken = new Map<string, Interaction>();
  private readonly modals = new Map<string, Interaction>();

  constructor(world: World) {
    this.world = world;
  }

  create(start: InteractionStart): Interaction {
    const now = this.world.now();
    for (const [token, old] of this.byToken) {
      if (now - old.startedAt < FORGET_MS) break; // they lie in the order they began in
      this.byToken.delete(token);
    }
    const interaction = new Interaction(start, this.world.ids.next(), now);
    this.byToken.set(interaction.token, interaction);
    return interaction;
  }

  /** The interaction a first answer is for. */
  open(id: string, token: string): Interaction | InteractionRefusal {
    const interaction = this.byToken.get(token);
    if (!interaction || interaction.id !== id) return 'unknown';
    if (interaction.answer) return 'already-answered';
    return this.world.now() - interaction.startedAt > FIRST_ANSWER_MS ? 'expired' : interaction;
  }

  /** The interaction whose answers are to be edited or followed up. */
  answered(botId: string, token: string): Interaction | InteractionRefusal {
    const interaction = this.byToken.get(token);
    if (interaction?.start.botId !== botId || !interaction.answer) return 'unknown';
    return this.world.now() - interaction.startedAt > TOKEN_MS ? 'expired' : interaction;
  }

  /** Takes note of the first answer. */
  acknowledge(interaction: Interaction, type: InteractionResponseType): void {
    interaction.answer = { type, atMs: this.world.now() - interaction.startedAt };
    if (type === InteractionResponseType.Modal) this.modals.set(interaction.start.userId, interaction);
  }

  /** The modal that stands open before a person: the last one shown. */
  openModal(userId: string, customId: string): Interaction | undefined {
    const interaction = this.modals.get(userId);
    return interaction?.modal?.custom_id === customId ? interaction : undefined;
  }

  closeModal(userId: string): void {
    this.modals.delete(userId);
  }
}
