import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { openApiFile } from '../../api/openapi-file.ts';
import { ownerApiReference } from '../../api/reference.ts';

const committed = (file: string) => readFile(new URL(`../../docs/${file}`, import.meta.url), 'utf8');

describe('the Owner API reference', () => {
  it('is what npm run docs prints', async () => {
    expect(await committed('owner-api.md'), 'run npm run docs').to.equal(ownerApiReference());
  });

  it('is what npm run docs prints, also as an OpenAPI document', async () => {
    expect(await committed('openapi.json'), 'run npm run docs').to.equal(openApiFile());
  });
});
