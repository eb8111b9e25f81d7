import { expect } from 'chai';
import { commandsPage } from '../../../commands/docs-page.ts';

describe('The page of commands', () => {
  it('shows every command with its options, which may be left out, and its choices', () => {
    const page = commandsPage();
    expect(page).to.contain('### `/net bind net channel`');
    expect(page).to.contain('### `/key create name [scopes] [kind] [expires]`');
    expect(page).to.contain('(`owner`, `service`, `shard`)');
    expect(page).to.contain('### `/status`');
  });

  it('says which commands Discord shows to administrators only', () => {
    const sections = commandsPage().split(/^## /m);
    const hidden = sections
      .filter((section) => section.includes('administrators only'))
      .map((section) => section.split('\n')[0]);
    expect(hidden).to.deep.equal(['/key', '/config']);
  });
});
