import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';
import { expect } from 'chai';
import { documentTags } from '../../../api/tags.ts';
import { DOCUMENT } from './call.ts';

/** What the linter says of a document with its recommended rules, warnings included. */
async function complaints(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintDocument({
    document: makeDocumentFromString(JSON.stringify(document), 'openapi.json'),
    config,
    externalRefResolver: new BaseResolver(config.resolve),
  });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
}

describe('the OpenAPI document, before a public linter', () => {
  it('has no error and no warning, but that a change of protocol is no success', async () => {
    // A connection that becomes one of WebSocket is answered with 101 and with nothing else.
    const change =
      'operation-2xx-response: Operation must have at least one `2XX` response. #/paths/~1ws/get/responses';
    expect(await complaints(DOCUMENT)).to.deep.equal([change]);
  });

  it('would have some if it were worse', async () => {
    const { info: _, ...nameless } = structuredClone(DOCUMENT);
    expect(await complaints(nameless)).not.to.deep.equal([]);
  });

  it('describes every group of operations, and refuses one of which nothing is said', () => {
    for (const { name, description } of DOCUMENT.tags ?? []) expect(description, name).to.match(/\.$/);
    expect(() => documentTags(['Status', 'Nonsense'])).to.throw('Nonsense');
  });

  it('says in a sentence or two what every operation is about', () => {
    for (const [path, methods] of Object.entries(DOCUMENT.paths ?? {})) {
      for (const { summary, description } of Object.values(methods) as { summary: string; description?: string }[]) {
        expect(summary.length, path).to.be.within(5, 90);
        expect(description === undefined || description.trim().endsWith('.'), `${path}: ${description}`).to.equal(true);
      }
    }
  });
});
