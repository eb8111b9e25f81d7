import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { configurationPage, envExample } from '../../config/docs-page.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('What is printed from the settings', () => {
  it('.env.example is up to date (npm run docs prints it)', () => {
    expect(read('.env.example')).to.equal(envExample());
  });

  it('docs/configuration.md is up to date (npm run docs prints it)', () => {
    expect(read('docs/configuration.md')).to.equal(configurationPage());
  });
});
