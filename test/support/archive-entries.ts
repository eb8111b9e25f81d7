import { DEFAULT_NET_SETTINGS } from '../../shard/nets/net-settings.ts';
import type { ArchiveRecord } from '../../shard/records.ts';

/** Chance that is the same for the same seed (mulberry32): 0 up to 1. */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ROOTS =
  'strike air sea ground wing convoy patrol escort recon relay command medic cargo mining salvage bravo alpha charlie delta echo foxtrot hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu night day north south east west gate tower bridge harbor station orbit moon belt nebula fleet squad team lead reserve training event weekly operation briefing debrief supply fuel ammo repair rescue anti tank fighter bomber scout sniper engineer logistics intel comms radio channel primary secondary backup emergency';
const PARTS =
  'ar bel cor dan el far gor hal in jor kal lor mar nor or par qua ras sol tar ul vor wen xan yor zel th st br cl'.split(
    ' ',
  );
const COMMON = 'the of and for with after before on at by from was held until next every all'.split(' ');
/** How many different words there are, besides the common ones: about what a large guild's notes hold. */
const VOCABULARY = 20_000;
const TAGS = 300;

/** Makes archive entries as guilds have them: the same for the same seed. */
export class EntryMaker {
  readonly #chance: () => number;
  readonly #words: string[];

  constructor(seed = 1) {
    this.#chance = seededChance(seed);
    const words = new Set(ROOTS.split(' '));
    while (words.size < VOCABULARY) words.add(this.#invented());
    this.#words = [...words];
  }

  /** The `index`th entry: later ones were archived later. */
  make(index: number): ArchiveRecord {
    const at = new Date(Date.UTC(2024, 0, 1) + index * 600_000).toISOString();
    return {
      ...DEFAULT_NET_SETTINGS,
      uid: this.uid(),
      name: this.name(),
      notes: this.#chance() < 0.2 ? '' : this.#sentence(5 + Math.floor(this.#chance() * 20)),
      tags: [...new Set(Array.from({ length: Math.floor(this.#chance() * 5) }, () => this.tag()))],
      assignedUserIds: Array.from({ length: Math.floor(this.#chance() * 8) }, () => this.#id()),
      inboundRelayFromNetUids: [],
      channelIds: [this.#id()],
      createdAt: at,
      archivedAt: at,
      updatedAt: at,
      source: 'api',
    };
  }

  uid(): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz234567';
    return `net_${Array.from({ length: 24 }, () => letters[Math.floor(this.#chance() * 32)]).join('')}`;
  }

  /** Two to four words, some with a number. */
  name(): string {
    const words = Array.from({ length: 2 + Math.floor(this.#chance() * 3) }, () => capital(this.word()));
    if (this.#chance() < 0.4) words.push(String(Math.floor(this.#chance() * 100)));
    return words.join(' ').slice(0, 48).trim();
  }

  /** Few words are often used, most seldom (Zipf). */
  word(): string {
    return this.#words[this.#rank(VOCABULARY)] as string;
  }

  tag(): string {
    return this.#words[this.#rank(TAGS)] as string;
  }

  #sentence(length: number): string {
    const words = Array.from({ length }, () => (this.#chance() < 0.4 ? this.#common() : this.word()));
    return `${capital(words.join(' '))}.`;
  }

  #common(): string {
    return COMMON[Math.floor(this.#chance() * COMMON.length)] as string;
  }

  /** Below `count`, with a chance that falls as one over the number. */
  #rank(count: number): number {
    return Math.min(count - 1, Math.floor(count ** this.#chance()) - 1);
  }

  #id(): string {
    return `1${Array.from({ length: 17 }, () => Math.floor(this.#chance() * 10)).join('')}`;
  }

  #invented(): string {
    const parts = 2 + Math.floor(this.#chance() * 3);
    return Array.from({ length: parts }, () => PARTS[Math.floor(this.#chance() * PARTS.length)]).join('');
  }
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
