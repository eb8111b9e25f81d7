/** Discord's epoch: the first second of 2015, in milliseconds. */
const DISCORD_EPOCH = 1_420_070_400_000n;
/** Bits below the timestamp in an id. */
const TIME_SHIFT = 22n;

/** The first id of a moment (milliseconds since 1970), plus `offset`. */
export function snowflakeAt(time: number, offset = 0): string {
  return String(((BigInt(time) - DISCORD_EPOCH) << TIME_SHIFT) + BigInt(offset));
}

/** Makes ids that grow, also when the clock stands still or goes back. */
export class Snowflakes {
  private last = 0n;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  next(): string {
    const earliest = BigInt(snowflakeAt(this.now()));
    this.last = earliest > this.last ? earliest : this.last + 1n;
    return String(this.last);
  }
}
