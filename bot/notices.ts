import type { Guild } from 'discord.js';
import { type Texts, textsFor } from '../commands/locales/texts.ts';
import { acarsView } from '../commands/views/acars.ts';
import { readyCheckView } from '../commands/views/ready-check.ts';
import { webhookView } from '../commands/views/webhook.ts';
import type { ReadyCheckRecord } from '../shard/alerts/alert-records.ts';
import type { AcarsNotice, Clock, Log, Notices } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import { announcement } from './announcement.ts';
import { Outbox } from './outbox.ts';
import { ReadyBoards } from './ready-boards.ts';

/** What the notices of a guild are shown with. */
export interface NoticeOptions {
  /** Undefined while the bot is not connected to the guild. */
  guild: () => Guild | undefined;
  shard: () => Shard | undefined;
  clock: Clock;
  log: Log;
}

/** A webhook that was switched off, and why. */
type Quarantined = Parameters<Notices['webhookQuarantined']>[0];

/** Messages to the people of a guild, by its main bot, in the guild's language. Nobody waits for them. */
export class DiscordNotices implements Notices {
  readonly #options: NoticeOptions;
  readonly #outbox: Outbox;
  readonly #boards: ReadyBoards;

  constructor(options: NoticeOptions) {
    const { clock } = options;
    this.#options = options;
    this.#outbox = new Outbox(options);
    this.#boards = new ReadyBoards({
      outbox: this.#outbox,
      clock,
      view: (check) => readyCheckView(check, this.#texts()),
    });
  }

  acars(alert: AcarsNotice): void {
    const message = announcement(acarsView(alert, this.#texts()));
    for (const channelId of alert.channelIds) void this.#outbox.write(channelId, (channel) => channel.send(message));
  }

  askReady(check: ReadyCheckRecord, channelIds: readonly string[]): void {
    this.#boards.ask(check, channelIds);
  }

  updateReady(check: ReadyCheckRecord): void {
    this.#boards.update(check);
  }

  webhookQuarantined(webhook: Quarantined): void {
    void this.#tellWhoRuns(webhook);
  }

  /** In the ops channel; where that is not possible, the guild's owner by message. */
  async #tellWhoRuns(webhook: Quarantined): Promise<void> {
    const { guild, shard, log } = this.#options;
    const message = announcement(webhookView(webhook, this.#texts()));
    const opsChannelId = shard()?.read.settings().opsChannelId;
    if (opsChannelId && (await this.#outbox.write(opsChannelId, (channel) => channel.send(message)))) return;
    try {
      const owner = await guild()?.fetchOwner();
      await owner?.send(message);
    } catch (error) {
      log.warn({ err: error, webhookId: webhook.id }, 'nobody could be told that a webhook was switched off');
    }
  }

  #texts(): Texts {
    return textsFor(this.#options.guild()?.preferredLocale ?? 'en');
  }
}
