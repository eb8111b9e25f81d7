import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { ownerApiReference } from '../../api/reference.ts';

describe('the Owner API reference', () => {
  it('is what npm run docs prints', async () => {
    const committed = await readFile(new URL('../../docs/owner-api.md', import.meta.url), 'utf8');
    expect(committed, 'run npm run docs').to.equal(ownerApiReference());
  });
});
