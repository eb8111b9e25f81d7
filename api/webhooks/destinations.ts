import { isIP } from 'node:net';
import { urlProblem } from '../../shard/record/webhook-url.ts';
import { forbiddenRange } from './forbidden-address.ts';
import type { ResolveName } from './resolve-name.ts';

/** Where may be delivered to. */
export interface DestinationOptions {
  allowHttp: boolean;
  /** Also loopback, private, link-local and carrier-grade NAT addresses. */
  allowPrivate: boolean;
  resolve: ResolveName;
}

/** A reason, as a sentence, why nothing was or is delivered. */
export class DeliveryError extends Error {}

/** Says where deliveries may go: asked at registration, and again at each connection. */
export class Destinations {
  readonly #options: DestinationOptions;

  constructor(options: DestinationOptions) {
    this.#options = options;
  }

  /**
   * The addresses that a connection to this URL may be made to, all of them checked.
   * @throws DeliveryError when it may not be, or when the name does not resolve (`UnresolvedError`)
   */
  async addressesOf(url: URL): Promise<string[]> {
    this.#requireForm(url);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const addresses = isIP(host) ? [host] : await this.#resolve(host);
    for (const address of addresses) {
      const range = forbiddenRange(address, this.#options.allowPrivate);
      if (range) throw new DeliveryError(`Its host has an address of the range "${range}".`);
    }
    return addresses;
  }

  /** Why a webhook with this URL is refused; undefined when it is not. A name that does not resolve yet is accepted. */
  async refusal(url: URL): Promise<string | undefined> {
    try {
      await this.addressesOf(url);
      return undefined;
    } catch (error) {
      if (error instanceof UnresolvedError) return undefined;
      if (error instanceof DeliveryError) return error.message;
      throw error;
    }
  }

  #requireForm(url: URL): void {
    const problem = urlProblem(url.href);
    if (problem) throw new DeliveryError(`It cannot be used: ${problem}`);
    if (url.protocol === 'http:' && !this.#options.allowHttp) throw new DeliveryError('It is not https.');
  }

  async #resolve(name: string): Promise<string[]> {
    const addresses = await this.#options.resolve(name).catch(() => []);
    if (addresses.length === 0) throw new UnresolvedError('Its host name does not resolve.');
    return addresses;
  }
}

/** The name has no address now. */
class UnresolvedError extends DeliveryError {}
