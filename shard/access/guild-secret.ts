import { listenerId } from '../people/listener-id.ts';
import { publicToken } from './public-token.ts';

/** What follows from a guild's secret. The secret itself does not come out. */
export class GuildSecret {
  readonly #guildId: string;
  readonly #secret: () => Uint8Array;
  #token: { rotation: number; text: string } | null = null;

  constructor(guildId: string, secret: () => Uint8Array) {
    this.#guildId = guildId;
    this.#secret = secret;
  }

  /** The public token after so many rotations; derived anew only when it was rotated. */
  publicToken(rotation: number): string {
    if (this.#token?.rotation !== rotation)
      this.#token = { rotation, text: publicToken(this.#secret(), this.#guildId, rotation) };
    return this.#token.text;
  }

  /** The id of the listening program that joins with this key under this name. */
  listenerId(keyId: string, displayName: string): string {
    return listenerId(this.#secret(), keyId, displayName);
  }
}
