import { expect } from 'chai';
import { ButtonStyle, ComponentType } from 'discord.js';
import fc from 'fast-check';
import { en } from '../../../commands/locales/en.ts';
import { acarsView } from '../../../commands/views/acars.ts';
import { TEXT_LIMIT } from '../../../commands/views/card.ts';
import { readyCheckView } from '../../../commands/views/ready-check.ts';
import { webhookView } from '../../../commands/views/webhook.ts';
import type { ParticipantRecord, ReadyCheckRecord } from '../../../shard/alerts/alert-records.ts';
import { textsIn } from './support/fake-discord.ts';

const CHECK: ReadyCheckRecord = {
  id: 'ready_aaaaaaaaaaaaaaaa',
  templateId: 'launch',
  name: 'Launch',
  message: 'Engines running?',
  color: '#ff8800',
  keyCombo: '',
  target: { everyone: true, squadLeaders: false, admins: false, roleIds: [] },
  initiatorId: '1',
  initiatorName: 'Ops',
  source: 'api',
  startedAt: '2026-11-21T12:00:00.000Z',
  expiresAt: '2026-11-21T12:00:20.000Z',
  completedAt: null,
  status: 'active',
  participants: [],
};

const people = (...all: [string, ParticipantRecord['status']][]): ParticipantRecord[] =>
  all.map(([name, status], index) => ({ userId: String(index), name, status, respondedAt: null }));

describe('The message of a ready check', () => {
  it('has what is asked, who asks, how many have answered, and two buttons of its session while it runs', () => {
    const participants = people(['Ada', 'ready'], ['Bo', 'declined'], ['Cy', 'pending'], ['Di', 'pending']);
    const view = readyCheckView({ ...CHECK, participants }, en);
    expect(textsIn(view)).to.deep.equal([
      '### Ready check · Launch',
      'Engines running?',
      '-# asked by Ops · ends <t:1795262420:R>',
      '✅ **1** ready · ❌ **1** not ready · ⏳ **2** to answer',
      'Waiting for Cy, Di',
    ]);
    expect(view.accent_color).to.equal(0xff8800);
    expect(view.components.at(-1)).to.deep.equal({
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.Button,
          style: ButtonStyle.Success,
          label: 'Ready',
          custom_id: `ready:yes:${CHECK.id}:1`,
        },
        {
          type: ComponentType.Button,
          style: ButtonStyle.Danger,
          label: 'Not ready',
          custom_id: `ready:no:${CHECK.id}:1`,
        },
      ],
    });
  });

  it('has who was not ready and who did not answer, and no buttons, in the end', () => {
    const participants = people(['Ada', 'ready'], ['Bo', 'declined'], ['Cy', 'afk']);
    const texts = textsIn(readyCheckView({ ...CHECK, status: 'complete', participants }, en));
    expect(texts.slice(2)).to.deep.equal([
      '-# asked by Ops',
      '✅ **1** ready · ❌ **1** not ready · 💤 **1** did not answer',
      'Not ready: Bo\nNo answer: Cy',
    ]);
    const all = { ...CHECK, status: 'complete' as const, participants: people(['Ada', 'ready']) };
    expect(textsIn(readyCheckView(all, en)).at(-1)).to.equal('Everyone is ready.');
    expect(textsIn(readyCheckView({ ...all, participants: [] }, en)).at(-1)).to.equal('Nobody was asked.');
  });

  it('says nothing twice when the name is the message', () => {
    const [title] = textsIn(readyCheckView({ ...CHECK, name: CHECK.message }, en));
    expect(title).to.equal('### Ready check');
  });

  it('never has more text or longer ids than Discord takes, whatever people are called', () => {
    const wild = fc.string({ unit: 'binary', maxLength: 100 });
    const status = fc.constantFrom<ParticipantRecord['status']>('pending', 'ready', 'declined', 'afk');
    const participants = fc.array(fc.tuple(wild, status), { maxLength: 200 });
    fc.assert(
      fc.property(participants, wild, fc.constantFrom('active' as const, 'complete' as const), (all, name, state) => {
        const check = { ...CHECK, name, message: '*'.repeat(280), status: state, participants: people(...all) };
        const view = readyCheckView(check, en);
        const texts = textsIn(view);
        expect(texts.join('').length).to.be.at.most(TEXT_LIMIT);
        expect(texts).not.to.include('');
        expect(view.components.length).to.be.at.most(6);
      }),
    );
  });
});

describe('The message of an alert', () => {
  const alert = { id: 'acars_a', text: 'Rally', senderName: 'Ops', durationMs: 8000, channelIds: [] };

  it('has the colour and the title of its urgency', () => {
    const shown = (['critical', 'emergency', 'non-emergency'] as const).map((alertType) => {
      const view = acarsView({ ...alert, alertType }, en);
      return [view.accent_color, ...textsIn(view)];
    });
    expect(shown).to.deep.equal([
      [0xed4245, '### 🚨 CRITICAL', 'Rally', '-# from Ops'],
      [0xe67e22, '### ⚠️ Emergency', 'Rally', '-# from Ops'],
      [0x5865f2, '### 📟 Message', 'Rally', '-# from Ops'],
    ]);
  });

  it('formats, mentions and links nothing that was typed', () => {
    const text = '# **bold** <@1> <@&2> <#3> `code` [a](b) ||x|| ~~y~~ _z_ > q';
    const [, shown] = textsIn(acarsView({ ...alert, text, alertType: 'critical' }, en));
    expect(shown).to.equal(
      '\\# \\*\\*bold\\*\\* \\<@1> \\<@&2> \\<#3> \\`code\\` \\[a\\](b) \\|\\|x\\|\\| \\~\\~y\\~\\~ \\_z\\_ > q',
    );
  });
});

describe('The message of a webhook that was switched off', () => {
  it('names its host and its reason, and nothing else of its address', () => {
    const url = 'https://user:pass@hooks.example/secret?token=secret';
    const texts = textsIn(webhookView({ id: 'wh_1', url, reason: `*${'x'.repeat(5000)}` }, en)).join('\n');
    expect(texts).to.include('**hooks.example**').and.to.include('wh_1').and.to.include('\\*xxx');
    expect(texts).not.to.include('secret').and.not.to.include('pass');
    expect(texts.length).to.be.below(1000);
    expect(textsIn(webhookView({ id: 'wh_1', url: 'not a url', reason: 'x' }, en))).to.have.length(3);
  });
});
