import { expect } from 'chai';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  ContainerBuilder,
  type DiscordAPIError,
  Events,
  type Interaction,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  PermissionFlagsBits,
  Routes,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import type { Answer } from '../../../sandbox/interactions/answer.ts';
import { Desk } from './support.ts';

type Handler = (interaction: Interaction) => Promise<unknown>;

describe('Interactions', () => {
  let desk: Desk;
  let client: Client<true>;
  let handle: Handler;
  const failures: unknown[] = [];

  before(async () => {
    desk = await new Desk().start();
    client = await desk.login();
    client.on(
      Events.InteractionCreate,
      (interaction) => void handle(interaction).catch((error) => failures.push(error)),
    );
    await client.application.commands.set([
      new SlashCommandBuilder()
        .setName('net')
        .setDescription('Nets')
        .addSubcommand((sub) =>
          sub
            .setName('create')
            .setDescription('Make a net')
            .addStringOption((o) => o.setName('name').setDescription('Name').setRequired(true).setMaxLength(20))
            .addUserOption((o) => o.setName('lead').setDescription('Lead'))
            .addRoleOption((o) => o.setName('role').setDescription('Role'))
            .addChannelOption((o) => o.setName('channel').setDescription('Channel'))
            .addIntegerOption((o) => o.setName('slot').setDescription('Slot').setMinValue(1).setMaxValue(9))
            .addBooleanOption((o) => o.setName('loud').setDescription('Loud')),
        )
        .addSubcommand((sub) =>
          sub
            .setName('show')
            .setDescription('Show one')
            .addStringOption((o) => o.setName('net').setDescription('Net').setAutocomplete(true))
            .addStringOption((o) => o.setName('as').setDescription('As').addChoices({ name: 'A list', value: 'list' })),
        ),
      new SlashCommandBuilder()
        .setName('config')
        .setDescription('Settings')
        .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild),
    ]);
  });
  after(() => desk.stop());
  beforeEach(() => {
    failures.length = 0;
  });

  const as = (name: string) => ({ memberId: desk.person(name), channelId: desk.channel('general', 0) });
  const run = (command: string, who = 'Mara Voss') =>
    desk.control<Answer>('POST', '/interactions', { ...as(who), command });

  it('carries typed options, resolved, to the bot and its reply back', async () => {
    let seen: unknown;
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const { options } = interaction;
      seen = {
        sub: options.getSubcommand(),
        name: options.getString('name'),
        lead: options.getUser('lead')?.displayName,
        role: options.getRole('role')?.name,
        channel: options.getChannel('channel')?.name,
        slot: options.getInteger('slot'),
        loud: options.getBoolean('loud'),
        guild: interaction.inCachedGuild() && interaction.member.displayName,
      };
      await interaction.reply({ content: 'Made.', flags: MessageFlags.Ephemeral });
    };
    const line =
      '/net create name:Alpha: the first lead:@Idris Okafor role:Squad Lead channel:#Ready Room slot:3 loud:true';
    const { status, body } = await run(line);
    expect(status).to.equal(200);
    expect(seen).to.deep.equal({
      sub: 'create',
      name: 'Alpha: the first',
      lead: 'Idris Okafor',
      role: 'Squad Lead',
      channel: 'Ready Room',
      slot: 3,
      loud: true,
      guild: 'Mara Voss',
    });
    expect(body).to.include({ deferred: false, ephemeral: true, error: false, text: 'Made.' });
    expect(body.ackMs).to.be.within(0, 3000);
  });

  it('waits for a deferred answer, its follow-ups, and a later edit', async () => {
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply('Working on it.');
      const note = await interaction.followUp({ content: 'Only for you.', flags: MessageFlags.Ephemeral });
      await interaction.editReply('Done.');
      await interaction.webhook.editMessage(note, 'Changed.');
    };
    const { body } = await run('/net create name:Bravo');
    expect(body).to.include({ deferred: true, ephemeral: false, text: 'Done.' });
    expect(body.followups.map(({ text, ephemeral }) => [text, ephemeral])).to.deep.equal([['Changed.', true]]);
    const { body: messages } = await desk.control<{ text: string }[]>(
      'GET',
      `/channels/${desk.channel('general', 0)}/messages`,
    );
    expect(messages.at(-1)?.text).to.equal('Done.');
    expect(messages.map(({ text }) => text)).not.to.include('Changed.');
  }).timeout(5000);

  it('takes the first follow-up to a deferred reply as that reply', async () => {
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.followUp('Here.');
    };
    const { body } = await run('/net create name:Bravo');
    expect(body).to.include({ deferred: true, text: 'Here.' });
    expect(body.followups).to.have.length(0);
  });

  it('calls an ephemeral answer that begins with a cross an error, and no other', async () => {
    const replies = [
      {
        components: [new ContainerBuilder().addTextDisplayComponents((t) => t.setContent('❌ No such net.'))],
        flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral,
      },
      { content: '❌ Told to all.' },
      { content: 'Fine. ❌', flags: MessageFlags.Ephemeral },
    ] as const;
    const errors: boolean[] = [];
    for (const reply of replies) {
      handle = async (interaction) => interaction.isChatInputCommand() && interaction.reply(reply);
      errors.push((await run('/net create name:Bravo')).body.error);
    }
    expect(errors).to.deep.equal([true, false, false]);
  });

  it('asks for autocomplete choices while an option is typed', async () => {
    handle = async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const typed = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${typed.name}=${typed.value}`, value: 'n1' }]);
    };
    const body = { ...as('Mara Voss'), command: '/net show net:Al', focused: 'net' };
    const answer = await desk.control<{ choices: unknown }>('POST', '/autocomplete', body);
    expect(answer.status).to.equal(200);
    expect(answer.body.choices).to.deep.equal([{ name: 'net=Al', value: 'n1' }]);
    expect((await desk.control('POST', '/autocomplete', { ...body, focused: 'as' })).status).to.equal(400);
  });

  it('presses buttons and chooses in selects of the message that is shown', async () => {
    handle = async (interaction) => {
      if (interaction.isChatInputCommand()) {
        const button = new ButtonBuilder().setCustomId('go').setLabel('Go').setStyle(ButtonStyle.Primary);
        const off = new ButtonBuilder()
          .setCustomId('off')
          .setLabel('Off')
          .setStyle(ButtonStyle.Secondary)
          .setDisabled();
        const select = new StringSelectMenuBuilder()
          .setCustomId('pick')
          .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' });
        await interaction.reply({
          content: 'Choose.',
          components: [
            new ActionRowBuilder<ButtonBuilder>().addComponents(button, off),
            new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select),
          ],
        });
      } else if (interaction.isButton()) await interaction.update({ content: 'Went.' });
      else if (interaction.isStringSelectMenu()) {
        await interaction.deferUpdate();
        await interaction.editReply(`Chose ${interaction.values.join()} of ${interaction.message.content}`);
      }
    };
    const { body: shown } = await run('/net create name:Bravo');
    expect(shown.text).to.equal('Choose.\nGo\nOff\nOne\nTwo');
    const click = (customId: string, values?: string[]) =>
      desk.control<Answer>('POST', '/components', {
        memberId: desk.person('Mara Voss'),
        messageId: shown.message?.id,
        customId,
        values,
      });
    const pressed = await click('go');
    expect(pressed.body.text).to.match(/^Went\./);
    expect(pressed.body.message?.id).to.equal(shown.message?.id);
    expect((await click('pick', ['2'])).body.text).to.match(/^Chose 2 of Went\./);
    expect((await click('pick', ['3'])).status).to.equal(400);
    expect((await click('off')).status).to.equal(400);
    expect((await click('none')).status).to.equal(404);
  });

  it('opens a modal and submits it, in labels and in old rows', async () => {
    let isOld = false;
    handle = async (interaction) => {
      if (interaction.isChatInputCommand()) {
        const input = new TextInputBuilder().setCustomId('text').setStyle(TextInputStyle.Short).setMaxLength(10);
        const modal = new ModalBuilder().setCustomId('m').setTitle('Alert');
        if (isOld) modal.addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(input.setLabel('Text')));
        else modal.addLabelComponents(new LabelBuilder().setLabel('Text').setTextInputComponent(input));
        await interaction.showModal(modal);
      } else if (interaction.isModalSubmit()) {
        await interaction.reply(`Got ${interaction.fields.getTextInputValue('text')}`);
      }
    };
    const submit = (fields: object) =>
      desk.control<Answer>('POST', '/modals', { memberId: desk.person('Mara Voss'), customId: 'm', fields });
    for (isOld of [false, true]) {
      const { body } = await run('/net create name:Bravo');
      expect(body.modal?.title).to.equal('Alert');
      expect((await submit({ text: 'longer than ten' })).status).to.equal(400);
      expect((await submit({ other: 'x' })).status).to.equal(400);
      expect((await submit({ text: 'all clear' })).body.text).to.equal('Got all clear');
      expect((await submit({ text: 'again' })).status).to.equal(404);
    }
  });

  it('refuses a second answer with 40060 and a late one with 10062', async () => {
    const codes: unknown[] = [];
    const answer = (interaction: ChatInputCommandInteraction): Promise<unknown> =>
      client.rest
        .post(Routes.interactionCallback(interaction.id, interaction.token), {
          auth: false,
          body: { type: 4, data: { content: 'Here.' } },
        })
        .catch((error: DiscordAPIError) => codes.push(error.code));
    let late: ChatInputCommandInteraction | undefined;
    handle = async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply('Once.');
      await answer(interaction);
    };
    expect((await run('/net create name:Bravo')).status).to.equal(200);
    handle = async (interaction) => {
      if (interaction.isChatInputCommand()) late = interaction;
    };
    expect((await run('/net create name:Bravo')).status).to.equal(504);
    if (late) await answer(late);
    expect(codes).to.deep.equal([40060, 10062]);
  });

  it('refuses what Discord would not send: statuses 400, 403 and 404', async () => {
    handle = async () => {};
    const statuses: [string, number][] = [
      ['/nothing', 404],
      ['/net fly', 404],
      ['net create name:x', 400],
      ['/net create', 400],
      ['/net create nme:Alpha', 400],
      [`/net create name:${'x'.repeat(21)}`, 400],
      ['/net create name:x slot:ten', 400],
      ['/net create name:x slot:10', 400],
      ['/net create name:x loud:maybe', 400],
      ['/net create name:x lead:Nobody', 400],
      ['/net show as:tree', 400],
    ];
    for (const [command, status] of statuses) {
      const answer = await run(command);
      expect([command, answer.status]).to.deep.equal([command, status]);
      expect(answer.refusal).to.be.a('string');
    }
  });

  it('hides a command from people who lack the permissions it asks for', async () => {
    handle = async (interaction) => interaction.isChatInputCommand() && interaction.reply('Shown.');
    expect((await run('/config', 'Sorin Dalca')).status).to.equal(403);
    expect((await run('/config', 'Mara Voss')).status).to.equal(200);
  });

  it('answers 504 when the bot does not answer in 3 s', async () => {
    handle = async () => {};
    const { status, refusal } = await run('/net create name:Bravo');
    expect(status).to.equal(504);
    expect(refusal).to.match(/did not respond/);
  });
});
