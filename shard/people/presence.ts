import type { ChannelFact, Fact, PersonFact, RoleFact, WorkerState } from '../facts.ts';

/** What the outside said last: the guild, who sits where, which channels have a worker. Memory only. */
export class Presence {
  guildName = '';
  roles: ReadonlyMap<string, RoleFact> = new Map();
  channels: ReadonlyMap<string, ChannelFact> = new Map();
  /** Everyone in a voice channel, bots left out. */
  readonly people = new Map<string, PersonFact>();
  /** How needed channels are served. */
  workers: ReadonlyMap<string, WorkerState> = new Map();
  reduced: readonly string[] = [];

  observe(fact: Fact): void {
    switch (fact.type) {
      case 'guild':
        this.guildName = fact.name;
        this.roles = new Map(fact.roles.map((role) => [role.id, role]));
        this.channels = new Map(fact.channels.map((channel) => [channel.id, channel]));
        break;
      case 'person':
        this.#place(fact.person);
        break;
      case 'people':
        this.people.clear();
        for (const person of fact.people) this.#place(person);
        break;
      case 'workers':
        this.workers = fact.channels;
        break;
      case 'reduced':
        this.reduced = fact.reasons;
        break;
    }
  }

  #place(person: PersonFact): void {
    if (person.channelId === null || person.bot) this.people.delete(person.userId);
    else this.people.set(person.userId, person);
  }
}
