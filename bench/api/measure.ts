import type { Wire } from './wire.ts';

/** What a round measured. Times in milliseconds. */
export interface Measured {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** One connection with the requests it sends in turn. */
export interface Lane {
  wire: Wire;
  requests: readonly Buffer[];
  /** How many it has sent: the turn goes on over rounds. */
  sent: number;
}

/** What every answer must have. */
export interface Demand {
  /** Stands in every body. */
  holds: string;
}

/**
 * Sends as fast as the answers come, on all lanes at once, for so long.
 * @throws Error at the first answer that is not 2xx or does not hold what it must
 */
export async function load(lanes: readonly Lane[], ms: number, demand: Demand): Promise<Measured> {
  const times: number[] = [];
  const began = performance.now();
  const end = began + ms;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let now = performance.now(); now < end; ) {
        const request = lane.requests[lane.sent % lane.requests.length] as Buffer;
        lane.sent += 1;
        const { status, body } = await lane.wire.send(request);
        const then = performance.now();
        if (status < 200 || status > 299 || !body.includes(demand.holds)) {
          throw new Error(`answered ${status} and not ${demand.holds}: ${body.slice(0, 500)}`);
        }
        times.push(then - now);
        now = then;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { requestsPerSecond: times.length / seconds, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median of each figure over rounds. */
function median(rounds: readonly Measured[]): Measured {
  const of = (figure: keyof Measured) =>
    quantile(
      rounds.map((round) => round[figure]),
      0.5,
    );
  return { requestsPerSecond: of('requestsPerSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms') };
}

/** Measures both in turn, so that what the machine does meanwhile meets both; the first turn only warms up. */
export async function alternate(
  rounds: number,
  ours: () => Promise<Measured>,
  floor: () => Promise<Measured>,
): Promise<{ ours: Measured; floor: Measured }> {
  const [oursRounds, floorRounds]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const [a, b] = [await floor(), await ours()];
    if (round === 0) continue;
    floorRounds.push(a);
    oursRounds.push(b);
  }
  return { ours: median(oursRounds), floor: median(floorRounds) };
}
