/** Requests by class of status. */
export interface StatusCounts {
  '2xx': number;
  '3xx': number;
  '4xx': number;
  '5xx': number;
}

/** The classes, in order. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const satisfies readonly (keyof StatusCounts)[];

/** How many requests were answered since the start, per guild, in plain numbers. */
export class RequestCounts {
  readonly #guilds = new Map<string, StatusCounts>();

  /** Counts an answer to somebody with a key of this guild. */
  count(guildId: string, status: number): void {
    this.#of(guildId)[classOf(status)] += 1;
  }

  /** What was answered to keys of a guild. */
  of(guildId: string): Readonly<StatusCounts> {
    return this.#guilds.get(guildId) ?? none();
  }

  #of(guildId: string): StatusCounts {
    const known = this.#guilds.get(guildId);
    if (known) return known;
    const counts = none();
    this.#guilds.set(guildId, counts);
    return counts;
  }
}

function none(): StatusCounts {
  return { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
}

function classOf(status: number): keyof StatusCounts {
  if (status >= 500) return '5xx';
  if (status >= 400) return '4xx';
  return status >= 300 ? '3xx' : '2xx';
}
