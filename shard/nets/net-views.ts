import type { Presence } from '../people/presence.ts';
import type { Roster } from '../people/roster.ts';
import type { Radio } from '../radio/radio.ts';
import type { NetRecord } from '../records.ts';
import type { StateView } from '../state.ts';
import type { ChannelWorker, NetChannelView, NetView } from '../views.ts';

/** What nets are shown from. */
export interface NetSources {
  state: StateView;
  presence: Presence;
  roster: Roster;
  radio: Radio;
  /** Channels that need a worker now. */
  needed: () => ReadonlySet<string>;
}

/** Nets at this moment: who is in them, who talks, how their channels are served. */
export class NetViews {
  readonly #from: NetSources;

  constructor(from: NetSources) {
    this.#from = from;
  }

  /** Every net, ascending by slot. */
  all(): NetView[] {
    const people = this.#peoplePerChannel();
    const talking = this.#talkingPerNet();
    return [...this.#from.state.tables.nets.values()]
      .sort((a, b) => a.id - b.id)
      .map((net) => this.#view(net, people, talking.get(net.uid) ?? []));
  }

  /** One net, as its record says it is. */
  one(net: NetRecord): NetView {
    return this.#view(net, this.#peoplePerChannel(), this.#talkingPerNet().get(net.uid) ?? []);
  }

  /** A channel with so many people in it. */
  channel(channelId: string, people: number): NetChannelView {
    const { presence, needed } = this.#from;
    const worker: ChannelWorker = needed().has(channelId) ? (presence.workers.get(channelId) ?? 'missing') : 'idle';
    return { channelId, name: presence.channels.get(channelId)?.name ?? null, people, worker };
  }

  #view(net: NetRecord, people: ReadonlyMap<string, number>, transmitting: string[]): NetView {
    const channels = net.channelIds.map((channelId) => this.channel(channelId, people.get(channelId) ?? 0));
    const states = channels.map((channel) => channel.worker).filter((worker) => worker !== 'idle');
    return {
      ...net,
      occupancy: channels.reduce((sum, channel) => sum + channel.people, 0),
      transmitting,
      channels,
      workers: states.length === 0 ? 'idle' : states.includes('missing') ? 'missing' : 'ok',
    };
  }

  #peoplePerChannel(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { channelId } of this.#from.roster.seated()) {
      counts.set(channelId, (counts.get(channelId) ?? 0) + 1);
    }
    return counts;
  }

  #talkingPerNet(): Map<string, string[]> {
    const talking = new Map<string, string[]>();
    for (const { route, userId } of this.#from.radio.transmissions()) {
      talking.set(route.netUid, [...(talking.get(route.netUid) ?? []), userId]);
    }
    return talking;
  }
}
