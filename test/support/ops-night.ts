import { Decoder } from '@evan/opus';
import { expect } from 'chai';
import { openSpeech } from '../../sandbox/people/speech.ts';
import type { Heard } from './heard.ts';
import { RunningShard } from './running-shard.ts';
import { bestCorrelation, firstChannel, readWav, type Sound } from './sound.ts';
import { until } from './until.ts';

interface StateMember {
  id: string;
  name: string;
  roleIds: string[];
  voice: { channelId: string | null };
}

interface SandboxState {
  guilds: {
    id: string;
    roles: { id: string; name: string }[];
    channels: { id: string; name: string; type: string }[];
    members: StateMember[];
  }[];
}

/** What the control API tells of a slash command. */
export interface Said {
  error: boolean;
  ephemeral: boolean;
  text: string;
}

/** The demo guild in use, told by names instead of ids. */
export class OpsNight {
  readonly shard: RunningShard;
  #state: SandboxState = { guilds: [] };

  private constructor(shard: RunningShard) {
    this.shard = shard;
  }

  /** Starts the program and its sandbox. */
  static async start(): Promise<OpsNight> {
    const night = new OpsNight(await RunningShard.start());
    await night.look();
    return night;
  }

  /** Reads the sandbox's state anew. */
  async look(): Promise<void> {
    this.#state = await this.shard.sandbox<SandboxState>('GET', '/state');
  }

  memberId(name: string): string {
    return this.#find('members', name);
  }

  channelId(name: string, type = 'voice'): string {
    const found = this.#guild().channels.find((channel) => channel.name === name && channel.type === type);
    if (!found) throw new Error(`no ${type} channel ${name}`);
    return found.id;
  }

  roleId(name: string): string {
    return this.#find('roles', name);
  }

  /** A new voice channel in the demo guild. */
  async makeChannel(name: string): Promise<void> {
    await this.shard.sandbox('POST', `/guilds/${this.shard.ready.guildId}/channels`, { name, type: 'voice' });
    await this.look();
  }

  /** Somebody joins, moves to or leaves (null) a voice channel. */
  async sit(name: string, channel: string | null): Promise<void> {
    const channelId = channel === null ? null : this.channelId(channel);
    await this.shard.sandbox('POST', `/members/${this.memberId(name)}/voice`, { channelId });
  }

  /** Somebody gives a slash command in #ops. */
  async say(name: string, command: string): Promise<Said> {
    const body = { memberId: this.memberId(name), channelId: this.channelId('ops', 'text'), command };
    return this.shard.sandbox<Said>('POST', '/interactions', body);
  }

  /** The same, by the admin; fails the test when it is refused. */
  async order(command: string): Promise<string> {
    const said = await this.say('Mara Voss', command);
    expect(said.error, `${command}: ${said.text}`).to.equal(false);
    return said.text;
  }

  /** Somebody's roles are these now. */
  async give(name: string, roles: string[]): Promise<void> {
    const path = `/guilds/${this.shard.ready.guildId}/members/${this.memberId(name)}`;
    await this.shard.sandbox('PATCH', path, { roleIds: roles.map((role) => this.roleId(role)) });
  }

  /** Somebody speaks until the sound is over. */
  async speak(name: string, sound: { speech: string } | { toneHz: number; durationMs?: number }): Promise<void> {
    await this.shard.sandbox('POST', `/members/${this.memberId(name)}/speak`, { ...sound, wait: true });
  }

  /** What somebody heard since then: spurts that hold more than silence. */
  async heard(name: string, since: Date): Promise<Heard[]> {
    const all = await this.shard.sandbox<Heard[]>(
      'GET',
      `/members/${this.memberId(name)}/heard?since=${since.toISOString()}`,
    );
    return all.filter((spurt) => spurt.packets > spurt.silenceFrames);
  }

  /** The same as sound. */
  async sound(name: string, since: Date): Promise<Sound> {
    const url = `${this.shard.ready.sandboxUrl}/sandbox/v1/members/${this.memberId(name)}/heard.wav?since=${since.toISOString()}`;
    return readWav(Buffer.from(await (await fetch(url)).arrayBuffer()));
  }

  /** Waits until every net channel that needs a voice worker has one, and at least one has. */
  async connected(net: string, deadlineMs = 10_000): Promise<void> {
    await until(async () => {
      const { body } = await this.shard.api<{ nets: { name: string; workers: string }[] }>('GET', '/api/v1/status');
      return body.nets.find((one) => one.name === net)?.workers === 'ok';
    }, deadlineMs);
  }

  #guild() {
    const guild = this.#state.guilds.find((one) => one.id === this.shard.ready.guildId);
    if (!guild) throw new Error('the demo guild is gone');
    return guild;
  }

  #find(list: 'members' | 'roles', name: string): string {
    const found = this.#guild()[list].find((one) => one.name === name);
    if (!found) throw new Error(`nobody and nothing is called ${name}`);
    return found.id;
  }
}

/** How alike what was heard is to the clip that was spoken: the best sample-aligned correlation, at most 1. */
export async function likeness(clip: string, heard: Sound): Promise<number> {
  const decoder = new Decoder({ channels: 2, sample_rate: 48_000 });
  const pcm: Uint8Array[] = [];
  for await (const packet of await openSpeech({ speech: clip })) pcm.push(decoder.decode(packet));
  return bestCorrelation(firstChannel(Buffer.concat(pcm), 2), heard.samples);
}
