import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { commandsPage } from '../../commands/docs-page.ts';

describe('docs/commands.md', () => {
  it('is what the registration data prints; `npm run docs` brings it up to date', () => {
    const written = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
    expect(written).to.equal(commandsPage());
  });
});
