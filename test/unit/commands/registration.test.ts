import { expect } from 'chai';
import type { APIApplicationCommand } from 'discord.js';
import { commandPayloads, differences } from '../../../commands/registration.ts';

type Json = Record<string, unknown>;
type Named = {
  name: string;
  description: string;
  type?: number;
  options?: Named[];
  required?: boolean;
  choices?: Choice[];
};
type Choice = { name: string; value: string };

const payloads = commandPayloads() as Named[];
const all = (node: Named): Named[] => [node, ...(node.options ?? []).flatMap(all)];
const nodes = payloads.flatMap(all);

describe('The registration payloads', () => {
  it('have names and descriptions as Discord takes them', () => {
    for (const { name, description } of nodes) {
      expect(name)
        .to.match(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u)
        .and.to.equal(name.toLowerCase());
      expect(description.length, name).to.be.within(1, 100);
    }
  });

  it('have at most 100 commands, 25 options and 25 choices, and no name twice', () => {
    expect(payloads.length).to.be.at.most(100);
    for (const siblings of [payloads, ...nodes.map(({ options = [] }) => options)]) {
      expect(new Set(siblings.map(({ name }) => name)).size).to.equal(siblings.length);
    }
    for (const { name, options = [], choices = [] } of nodes) {
      expect(options.length, name).to.be.at.most(25);
      expect(choices.length, name).to.be.at.most(25);
      for (const choice of choices) expect(Math.max(choice.name.length, choice.value.length)).to.be.within(1, 100);
    }
  });

  it('hold at most 8,000 characters each', () => {
    const own = ({ name, description, choices = [] }: Named) =>
      [name, description, ...choices.flatMap((choice) => [choice.name, choice.value])].join('').length;
    for (const payload of payloads) {
      expect(
        all(payload).reduce((sum, node) => sum + own(node), 0),
        payload.name,
      ).to.be.at.most(8000);
    }
  });

  it('put required options before the others', () => {
    for (const { name, options = [] } of nodes) {
      const flags = options.map((option) => option.required === true);
      expect(flags, name).to.deep.equal(flags.toSorted((a, b) => Number(b) - Number(a)));
    }
  });

  it('never give an option both choices and autocomplete', () => {
    for (const node of nodes as (Named & { autocomplete?: boolean })[]) {
      expect(Boolean(node.autocomplete) && Boolean(node.choices), node.name).to.equal(false);
    }
  });

  it('are for guilds only, and hide from ordinary members only what is for administrators', () => {
    for (const payload of commandPayloads()) {
      expect(payload).to.deep.include({ contexts: [0], integration_types: [0] });
      const hidden = ['key', 'config'].includes(payload.name);
      expect(payload.default_member_permissions, payload.name).to.equal(hidden ? '8' : null);
    }
  });
});

/** What Discord answers for a command: its own fields added, empty lists dropped, localisations as null. */
function echo(payload: unknown, guildId?: string): APIApplicationCommand {
  const option = (given: Json): Json => {
    const { options, required, autocomplete, channel_types, ...rest } = given as Json & { options?: Json[] };
    return {
      ...rest,
      name_localizations: null,
      description_localizations: null,
      ...(required === true && { required }),
      ...(autocomplete === true && { autocomplete }),
      ...(Array.isArray(channel_types) && { channel_types: channel_types.toReversed() }),
      ...(options && options.length > 0 && { options: options.map(option) }),
    };
  };
  const whole = {
    ...option(payload as Json),
    ...{ id: '1', application_id: '2', version: '3', nsfw: false, dm_permission: false, default_permission: true },
    ...(guildId && { guild_id: guildId, contexts: null, integration_types: undefined }),
  };
  return JSON.parse(JSON.stringify(whole));
}

describe('The differences to what is registered', () => {
  const wanted = commandPayloads();

  it('are none when Discord echoes what was sent, globally or in a guild, in any order', () => {
    expect(differences(wanted.map((payload) => echo(payload)).toReversed(), wanted)).to.deep.equal([]);
    expect(
      differences(
        wanted.map((payload) => echo(payload, '9')),
        wanted,
      ),
    ).to.deep.equal([]);
    expect(differences([], [])).to.deep.equal([]);
  });

  it('name commands that are missing and commands that are too many', () => {
    const [first, ...rest] = wanted;
    const old = { ...echo(first), name: 'bygone' };
    expect(differences([old, ...rest.map((payload) => echo(payload))], wanted)).to.deep.equal([
      '/bygone: registered, but not wanted any more',
      `/${first?.name}: not registered yet`,
    ]);
  });

  it('name what changed, down to an option', () => {
    const registered = structuredClone(wanted).map((payload) => echo(payload)) as (APIApplicationCommand & {
      options: { options: Json[] }[];
    })[];
    const net = registered.find(({ name }) => name === 'net');
    if (!net) throw new Error('no /net');
    net.description = 'Old';
    net.default_member_permissions = '8';
    const option = net.options[0]?.options[0];
    if (option) option['max_length'] = 40;
    expect(differences(registered, wanted)).to.deep.equal([
      '/net default_member_permissions: "8" → nothing',
      '/net description: "Old" → "Radio nets: create, name, remove and bind them to voice channels"',
      '/net options 0 options 0 max_length: 40 → 48',
    ]);
  });

  it('see that a global command became usable elsewhere', () => {
    const registered = wanted.map((payload) => ({ ...echo(payload), contexts: null, integration_types: [0, 1] }));
    expect(differences(registered.slice(0, 1), wanted.slice(0, 1))).to.deep.equal([
      '/op contexts: nothing → [0]',
      '/op integration_types 1: 1 → nothing',
    ]);
  });

  it('see an option that moved, because its place is shown', () => {
    const moved = structuredClone(wanted.find(({ name }) => name === 'assign'));
    moved?.options?.reverse();
    const registered = wanted.map((payload) => echo(payload.name === 'assign' ? moved : payload));
    expect(differences(registered, wanted)).not.to.deep.equal([]);
  });

  it('see translations come and go', () => {
    const [first, ...rest] = wanted;
    if (!first) throw new Error('no command');
    const translated = [{ ...first, description_localizations: { de: 'Hallo' } }, ...rest];
    expect(
      differences(
        wanted.map((payload) => echo(payload)),
        translated,
      ),
    ).to.deep.equal(['/op description_localizations: nothing → {"de":"Hallo"}']);
  });

  it('tell commands of different types apart that share a name', () => {
    const menu = {
      ...echo(wanted[0]),
      type: 2,
      description: '',
      options: undefined,
    } as unknown as APIApplicationCommand;
    expect(differences([...wanted.map((payload) => echo(payload)), menu], wanted)).to.deep.equal([
      '(type 2) op: registered, but not wanted any more',
    ]);
  });
});
