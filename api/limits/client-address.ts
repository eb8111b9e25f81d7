import ipaddr from 'ipaddr.js';

/** Whose `X-Forwarded-For` is believed: that of so many proxies before us, or of proxies at these addresses and ranges. */
export type TrustProxy = number | readonly string[];

/** Most entries of the header that are looked at, from its end. */
const MAX_ENTRIES = 32;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Who is behind a connection and what it says of whom it speaks for. */
export interface Origin {
  /** Address of the other end of the connection. */
  peer: string | undefined;
  /** The values of `X-Forwarded-For`, in the order they came. */
  forwardedFor: readonly string[];
}

/**
 * The client's address: from the connection, and through proxies that are trusted from `X-Forwarded-For`, read from
 * right to left. What stands left of the first entry that no trusted proxy wrote is the client's own invention.
 */
export function clientAddress({ peer, forwardedFor }: Origin, trust: Trust): string {
  const direct = parse(peer ?? '');
  if (!direct) return 'unknown';
  const entries = forwardedFor.flatMap((value) => value.split(',')).slice(-MAX_ENTRIES);
  let client = direct;
  for (let hop = 0; trust(client, hop); hop += 1) {
    const next = parse(entries.at(-1 - hop) ?? '');
    if (!next) break;
    client = next;
  }
  return client.toString();
}

/** Whether the one who is this far away (0: the other end of the connection) tells the truth about the next. */
export type Trust = (address: Address, hop: number) => boolean;

/** Reads a setting once, for every request. @throws Error when one of them is no address or range */
export function trustIn(proxies: TrustProxy): Trust {
  if (typeof proxies === 'number') return (_, hop) => hop < proxies;
  const ranges = proxies.map(range);
  return (address) => ranges.some(([base, bits]) => address.kind() === base.kind() && address.match([base, bits]));
}

/** What an address is counted as: itself, and for IPv6 its /64, all of which belongs to one customer. */
export function addressGroup(address: string): string {
  const parsed = parse(address);
  if (parsed?.kind() !== 'ipv6') return address;
  const network = parsed.toByteArray().map((byte, index) => (index < 8 ? byte : 0));
  return `${new ipaddr.IPv6(network).toString()}/64`;
}

function range(text: string): [Address, number] {
  const [word = '', bits] = text.split('/');
  const base = parse(word);
  if (!base) throw new Error(`"${text}" is no address or range`);
  // A range of IPv4 addresses in the clothes of IPv6 loses the 96 bits of the prefix with them.
  const mapped = base.kind() === 'ipv4' && word.includes(':') ? 96 : 0;
  const all = base.kind() === 'ipv4' ? 32 : 128;
  return [base, bits === undefined ? all : Math.max(0, Number(bits) - mapped)];
}

/** Forms as they are written in the header: with a port, with brackets, with a zone; IPv4 in IPv6 becomes IPv4. */
function parse(text: string): Address | undefined {
  const word = text.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(word)?.[1] ?? /^([\d.]+):\d+$/.exec(word)?.[1] ?? word;
  const [address = ''] = bare.split('%');
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  return ipaddr.IPv6.isValid(address) ? ipaddr.process(address) : undefined;
}
