import type { ChannelFact, Fact, ListenerFact, PersonFact, RoleFact, WorkerState } from '../facts.ts';

/** What the outside said last: the guild, who sits where, which channels have a worker. Memory only. */
export class Presence {
  guildName = '';
  roles: ReadonlyMap<string, RoleFact> = new Map();
  channels: ReadonlyMap<string, ChannelFact> = new Map();
  /** Everyone in a voice channel, bots left out. */
  readonly people = new Map<string, PersonFact>();
  /** Every listening program that is connected. */
  readonly listeners = new Map<string, ListenerFact>();
  /** How needed channels are served. */
  workers: ReadonlyMap<string, WorkerState> = new Map();
  reduced: readonly string[] = [];

  /** Takes a fact; answers whether it moved or changed anybody. */
  observe(fact: Fact): boolean {
    switch (fact.type) {
      case 'guild':
        this.guildName = fact.name;
        this.roles = new Map(fact.roles.map((role) => [role.id, role]));
        this.channels = new Map(fact.channels.map((channel) => [channel.id, channel]));
        return false;
      case 'person':
        return this.#place(fact.person);
      case 'people':
        return this.#replace(fact.people);
      case 'listener':
        this.listeners.set(fact.listener.userId, fact.listener);
        return true;
      case 'listener.left':
        return this.listeners.delete(fact.userId);
      case 'workers':
        this.workers = fact.channels;
        return false;
      case 'reduced':
        this.reduced = fact.reasons;
        return false;
    }
  }

  #replace(people: readonly PersonFact[]): boolean {
    const present = new Set(people.map((person) => person.userId));
    const gone = [...this.people.keys()].filter((userId) => !present.has(userId));
    for (const userId of gone) this.people.delete(userId);
    return people.filter((person) => this.#place(person)).length + gone.length > 0;
  }

  /** What says the same as before is not taken, so that whoever holds on to a fact can tell by identity. */
  #place(person: PersonFact): boolean {
    if (person.channelId === null || person.bot) return this.people.delete(person.userId);
    const known = this.people.get(person.userId);
    if (known && sameFact(known, person)) return false;
    this.people.set(person.userId, person);
    return true;
  }
}

function sameFact(a: PersonFact, b: PersonFact): boolean {
  return (
    a.channelId === b.channelId &&
    a.displayName === b.displayName &&
    a.administrator === b.administrator &&
    a.roleIds.length === b.roleIds.length &&
    a.roleIds.every((roleId, index) => roleId === b.roleIds[index])
  );
}
