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
import { discordValidator, isDescribed } from '../../support/discord-openapi.ts';
import { Desk } from './support.ts';

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
  if (!isDescribed) {
    it('is not on this machine, so request bodies are not compared with it', () => {
      expect(isDescribed).to.equal(false);
    });
    return;
  }

  const validate = discordValidator();

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
    const seen = { route: '', botId: null, reason: null, method: 'POST', path: '/channels/1/messages' };
    expect(validate({ ...seen, body: { content: 7 } })).to.have.length(1);
    expect(validate({ ...seen, path: '/channels/1/whispers', body: {} })).to.have.length(1);
  });
});
