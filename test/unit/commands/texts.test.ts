import { expect } from 'chai';
import { en } from '../../../commands/locales/en.ts';
import { textsFor } from '../../../commands/locales/texts.ts';

describe('The texts of a language', () => {
  it('are found by locale and by language, and are English where there is none', () => {
    for (const locale of ['en', 'en-GB', 'en-US', 'de', 'pt-BR', '']) expect(textsFor(locale), locale).to.equal(en);
  });

  it('has a description for every word of the commands and none besides', async () => {
    const { commandPayloads } = await import('../../../commands/registration.ts');
    type Node = { name: string; options?: readonly Node[] };
    const paths = ({ name, options = [] }: Node): string[] => [
      name,
      ...options.flatMap(paths).map((path) => `${name} ${path}`),
    ];
    expect(Object.keys(en.describe).sort()).to.deep.equal((commandPayloads() as Node[]).flatMap(paths).sort());
  });
});
