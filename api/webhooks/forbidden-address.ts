import ipaddr from 'ipaddr.js';

/** Addresses of the public internet at which a cloud serves its machines' metadata. */
const METADATA = ['168.63.129.16'];
/** The only IPv6 addresses that are routed on the internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Ranges that an operator can allow: where services of one's own live. */
const OWN_NETWORK = ['loopback', 'private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'];

/**
 * The name of the range that makes an address one which nothing is delivered to; null when it is a public one. An IPv4
 * address written as IPv6 counts as what it is.
 */
export function forbiddenRange(text: string, allowPrivate: boolean): string | null {
  if (!ipaddr.isValid(text)) return 'unknown';
  const address = ipaddr.process(text);
  const range = rangeOf(address);
  if (range === 'unicast') return null;
  return allowPrivate && OWN_NETWORK.includes(range) ? null : range;
}

function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (METADATA.includes(address.toString())) return 'metadata';
  const range = address.range();
  if (range !== 'unicast' || address.kind() === 'ipv4') return range;
  return (address as ipaddr.IPv6).match(GLOBAL_UNICAST) ? range : 'reserved';
}
