// Frame sizes in samples of 48 kHz by configuration number (RFC 6716 §3.1, table 2).
const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];

function frameSamples(config: number): number {
  if (config < 12) return SILK[config % 4] ?? 0;
  return (config < 16 ? HYBRID[config % 2] : CELT[config % 4]) ?? 0;
}

/** How many samples of 48 kHz an Opus packet holds, from its first two bytes (RFC 6716 §3.1, §3.2); 0 for no packet. */
export function packetSamples(packet: Buffer): number {
  const head = packet.at(0);
  if (head === undefined) return 0;
  const samples = frameSamples(head >> 3);
  const code = head & 3;
  if (code === 0) return samples;
  return code < 3 ? 2 * samples : samples * ((packet.at(1) ?? 0) & 0x3f);
}
