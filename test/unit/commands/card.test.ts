import { expect } from 'chai';
import fc from 'fast-check';
import { card, clip, fitLines, TEXT_LIMIT } from '../../../commands/views/card.ts';
import { textsIn } from './support/fake-discord.ts';

const more = (count: number) => `… and ${count} more`;

describe('A screen', () => {
  it('never holds more text than Discord takes, nor an empty paragraph', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3000 }), { maxLength: 5 }), (paragraphs) => {
        const texts = textsIn(card('plain', ...paragraphs));
        expect(texts.join('').length).to.be.at.most(TEXT_LIMIT);
        expect(texts).not.to.include('');
      }),
    );
  });
});

describe('Cutting text off', () => {
  it('leaves short text alone', () => {
    expect(clip('Alpha', 5)).to.equal('Alpha');
  });

  it('marks the cut and never cuts a character in two', () => {
    expect(clip('Alphabet', 5)).to.equal('Alph…');
    expect(clip('🛩🛩🛩', 4)).to.equal('🛩…');
  });
});

describe('Fitting entries', () => {
  it('shows all when they fit', () => {
    expect(fitLines(['a', 'b'], 3, more)).to.equal('a\nb');
  });

  it('counts what is left out', () => {
    expect(fitLines(['aaaa', 'bbbb', 'cccc', 'dddd'], 18, more)).to.equal('aaaa\n… and 3 more');
  });

  it('never exceeds its budget and never loses count', () => {
    const entries = fc.array(fc.stringMatching(/^[a-z]{0,30}$/), { maxLength: 40 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 20, max: 300 }), (list, budget) => {
        const text = fitLines(list, budget, more);
        expect(text.length).to.be.at.most(budget);
        const left = /… and (\d+) more$/.exec(text);
        const shown = left ? text.split('\n').length - 1 : list.length;
        expect(shown + Number(left?.[1] ?? 0)).to.equal(list.length);
      }),
    );
  });
});
