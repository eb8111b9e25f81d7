import { expect } from 'chai';
import { plain, plainName } from '../../../commands/views/plain.ts';

describe("Somebody's text", () => {
  it('is shown without formatting', () => {
    expect(plain('**a** _b_ `c` ~~d~~ ||e||')).to.equal('\\*\\*a\\*\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\|\\|e\\|\\|');
    expect(plain('# Title')).to.equal('\\# Title');
    expect(plain('1. one')).to.equal('1\\. one');
    expect(plain('[here](https://x.y)')).to.equal('\\[here\\](https://x.y)');
    expect(plain('https://x.y/_z_')).to.equal('https://x.y/\\_z\\_');
    expect(plain('a__b__ net_1_x é_é')).to.equal('a\\_\\_b\\_\\_ net_1_x é\\_é');
    expect(plain('-# small')).to.equal('\\-# small');
    expect(plain('4.5-6')).to.equal('4.5-6');
    expect(plain('Alpha-1 (night) #2 4.5')).to.equal('Alpha-1 (night) #2 4.5');
  });

  it('cannot undo its own escapes', () => {
    expect(plain('\\**a**')).to.equal('\\\\\\*\\*a\\*\\*');
  });

  it('mentions nobody', () => {
    expect(plain('<@5> <@&6> <#7> <t:1:R>')).to.equal('\\<@5> \\<@&6> \\<#7> \\<t:1:R>');
  });

  it('stays on its line and runs in its direction', () => {
    expect(plain('a\nb\u202ec')).to.equal('a b c');
  });

  it('is shortened as a name before it is escaped', () => {
    expect(plainName('_'.repeat(150))).to.equal(`${'\\_'.repeat(99)}…`);
  });
});
