import type { Guild } from 'discord.js';
import type { AcarsNotice, Log, Notices } from '../shard/ports.ts';
import type { ReadyCheckRecord } from '../shard/records.ts';
import type { Shard } from '../shard/shard.ts';

/** What the notices of a guild are shown with. */
export interface NoticeOptions {
  /** Undefined while the bot is not connected to the guild. */
  guild: () => Guild | undefined;
  shard: () => Shard | undefined;
  log: Log;
}

/** Messages to the people of a guild, by its main bot. */
export class DiscordNotices implements Notices {
  readonly #options: NoticeOptions;

  constructor(options: NoticeOptions) {
    this.#options = options;
  }

  acars(alert: AcarsNotice): void {
    this.#options.log.debug({ alert: alert.id }, 'an alert is to be shown');
  }

  askReady(check: ReadyCheckRecord, channelIds: readonly string[]): void {
    this.#options.log.debug({ check: check.id, channelIds }, 'a ready check is to be asked');
  }

  updateReady(check: ReadyCheckRecord): void {
    this.#options.log.debug({ check: check.id }, 'a ready check changed');
  }

  webhookQuarantined(webhook: { id: string; url: string; reason: string }): void {
    this.#options.log.warn({ webhookId: webhook.id, reason: webhook.reason }, 'a webhook was switched off');
  }
}
