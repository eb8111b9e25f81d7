import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  type Client,
  ContainerBuilder,
  EmbedBuilder,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { SeenRequest } from '../../../sandbox/rest/rest.ts';
import { Desk } from './support.ts';

const FILE = process.env['DISCORD_OPENAPI'] ?? join(import.meta.dirname, '../../../../shared/discord/openapi.json');

interface Operation {
  requestBody?: { content: Record<string, unknown> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** Bit sets: Discord takes and documents them as strings of digits, its machine-readable description says integer. */
const BIT_SETS = ['default_member_permissions', 'permissions', 'allow', 'deny'];
const asDescribed = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) => (BIT_SETS.includes(key) && value !== null ? Number(value) : value));

/** Says what Discord's own description of its API finds wrong with a request; empty when nothing is. */
function createValidator(document: Document): (seen: SeenRequest) => string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document as object, 'discord');
  const encode = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
  const described = Object.keys(document.paths);
  return ({ method, path, body }) => {
    const segments = decodeURIComponent(path).split('/');
    const fits = (pattern: string): boolean => {
      const parts = pattern.split('/');
      return parts.length === segments.length && parts.every((part, n) => part.startsWith('{') || part === segments[n]);
    };
    const literal = (pattern: string): number => pattern.split('/').filter((part) => !part.startsWith('{')).length;
    const route = described.filter(fits).sort((a, b) => literal(b) - literal(a))[0];
    const operation = route === undefined ? undefined : document.paths[route]?.[method.toLowerCase()];
    if (route === undefined || !operation) return [`${method} ${path} is not described`];
    if (!operation.requestBody?.content['application/json']) return [];
    const pointer = ['paths', route, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
    const validate = ajv.compile({ $ref: `discord#/${pointer.map(encode).join('/')}` });
    if (validate(asDescribed(body ?? {}))) return [];
    return [`${method} ${route}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`];
  };
}

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) return interaction.respond([{ name: 'Alpha', value: 'n1' }]);
  if (interaction.isButton()) {
    await interaction.showModal(
      new ModalBuilder()
        .setCustomId('m')
        .setTitle('Title')
        .addLabelComponents(
          new LabelBuilder()
            .setLabel('Text')
            .setTextInputComponent(new TextInputBuilder().setCustomId('text').setStyle(TextInputStyle.Paragraph)),
        ),
    );
  } else if (interaction.isModalSubmit()) {
    await interaction.deferUpdate();
    await interaction.editReply({
      components: [new ContainerBuilder().addTextDisplayComponents((t) => t.setContent('b'))],
    });
  } else if (interaction.isChatInputCommand()) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const button = new ButtonBuilder().setCustomId('b').setLabel('Go').setStyle(ButtonStyle.Primary);
    const container = new ContainerBuilder()
      .setAccentColor(0xed4245)
      .addTextDisplayComponents((t) => t.setContent('a'))
      .addActionRowComponents(new ActionRowBuilder<ButtonBuilder>().addComponents(button));
    await interaction.editReply({ components: [container], flags: MessageFlags.IsComponentsV2 });
    await interaction.deleteReply(await interaction.followUp({ content: 'More', flags: MessageFlags.Ephemeral }));
  }
}

/** Does with discord.js what a bot does. */
async function exercise(desk: Desk, client: Client<true>): Promise<void> {
  const failures: unknown[] = [];
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction).catch((error) => failures.push(error)));
  const option = {
    type: ApplicationCommandOptionType.String,
    name: 'net',
    description: 'd',
    autocomplete: true,
  } as const;
  const command = {
    name: 'net',
    description: 'd',
    nameLocalizations: { de: 'netz' },
    contexts: [0],
    integrationTypes: [0],
  };
  await client.application.commands.set([{ ...command, defaultMemberPermissions: '8', options: [option] }]);
  const guild = await client.guilds.fetch(desk.sandbox.guildId);
  const role = await guild.roles.create({ name: 'Scout', permissions: ['Speak'], colors: { primaryColor: 0xff0000 } });
  const member = await guild.members.fetch(desk.person('Sorin Dalca'));
  await member.roles.add(role);
  await member.roles.remove(role);
  await desk.control('POST', `/members/${member.id}/voice`, { channelId: desk.channel('Alpha') });
  await member.voice.setChannel(desk.channel('Bravo'));
  await member.voice.disconnect();
  const voice = await guild.channels.create({ name: 'Delta', type: ChannelType.GuildVoice, userLimit: 9 });
  await voice.setName('Echo');
  await voice.permissionOverwrites.create(role, { Connect: false });
  await voice.delete();
  const text = await client.channels.fetch(desk.channel('ops', 0));
  if (text?.isSendable()) {
    const embed = new EmbedBuilder().setTitle('t').addFields({ name: 'n', value: 'v' });
    const message = await text.send({ content: 'x', embeds: [embed], allowedMentions: { parse: [] } });
    await message.edit({ content: 'y' });
  }
  await (await client.users.fetch(desk.person('Priya Nair'))).send('Direct.');
  const actor = { memberId: desk.person('Mara Voss'), channelId: desk.channel('general', 0) };
  await desk.control('POST', '/autocomplete', { ...actor, command: '/net net:A', focused: 'net' });
  const run = await desk.control<{ message: { id: string } }>('POST', '/interactions', { ...actor, command: '/net' });
  const { memberId } = actor;
  await desk.control('POST', '/components', { memberId, messageId: run.body.message.id, customId: 'b' });
  await desk.control('POST', '/modals', { memberId, customId: 'm', fields: { text: 'hello' } });
  expect(failures).to.deep.equal([]);
}

describe("Discord's description of its API", () => {
  if (!existsSync(FILE)) {
    it('is not on this machine, so request bodies are not compared with it', () => {
      expect(existsSync(FILE)).to.equal(false);
    });
    return;
  }

  const validate = createValidator(JSON.parse(readFileSync(FILE, 'utf8')) as Document);

  it('finds nothing wrong with what discord.js sends to the sandbox', async () => {
    const desk = await new Desk().start();
    const requests: SeenRequest[] = [];
    try {
      desk.sandbox.onRequest((seen) => requests.push(seen));
      await exercise(desk, await desk.login());
    } finally {
      await desk.stop();
    }
    expect(requests.length).to.be.above(20);
    expect(requests.flatMap(validate)).to.deep.equal([]);
  }).timeout(30_000);

  it('finds what is wrong with a body, and a route there is not', () => {
    const seen = { route: '', botId: null, method: 'POST', path: '/channels/1/messages' };
    expect(validate({ ...seen, body: { content: 7 } })).to.have.length(1);
    expect(validate({ ...seen, path: '/channels/1/whispers', body: {} })).to.have.length(1);
  });
});
