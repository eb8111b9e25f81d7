import { Resolver } from 'node:dns/promises';

/** Addresses of a name. Rejects when there are none. */
export type ResolveName = (name: string) => Promise<string[]>;

/** How long one question to a name server may take, and how often it is asked. */
const ASK_MS = 1500;
const TRIES = 2;

/**
 * Asks the name servers of this machine. Not its `getaddrinfo`, which would wait in the threads that the database
 * writes in.
 */
export async function resolveName(name: string): Promise<string[]> {
  if (/^(?:.+\.)?localhost\.?$/i.test(name)) return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: ASK_MS, tries: TRIES });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const refused = answers.find((answer) => answer.status === 'rejected');
  throw refused?.reason ?? new Error(`${name} has no address`);
}
