/** Distances on RTP's circles. */

/** How far sequence number `a` lies ahead of `b`: −32,768…32,767. */
export function sequenceDistance(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** How far timestamp `a` lies ahead of `b`: −2³¹…2³¹−1, 48,000 per second. */
export function timestampDistance(a: number, b: number): number {
  return (a - b) | 0;
}

/** A sequence number moved by a distance. */
export function sequencePlus(sequence: number, distance: number): number {
  return (sequence + distance) & 0xffff;
}

/** A timestamp moved by a distance. */
export function timestampPlus(timestamp: number, distance: number): number {
  return (timestamp + distance) >>> 0;
}
