import { expect } from 'chai';
import { completeScopes, parseScopes } from '../../../commands/scopes.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';

describe('A list of scopes', () => {
  it('is read with commas, spaces or both, in any case, each scope once', () => {
    expect(parseScopes(' Read:Status,write:nets  read:status, ')).to.deep.equal(['read:status', 'write:nets']);
    expect(parseScopes('')).to.deep.equal([]);
  });

  it('unfolds presets', () => {
    expect(parseScopes('all')).to.deep.equal([...SCOPES]);
    expect(parseScopes('read').every((scope) => scope.startsWith('read:'))).to.equal(true);
    expect(parseScopes('read, write:nets')).to.include('write:nets').and.to.include('read:audit');
  });

  it('keeps unknown words, so that they can be refused by name', () => {
    expect(parseScopes('read:x')).to.deep.equal(['read:x']);
  });

  it('completes the last word, what begins with it first', () => {
    expect(completeScopes('write:a')).to.deep.equal(['write:assignments', 'write:archive', 'write:acars']);
    expect(completeScopes('rea')[0]).to.equal('read');
    expect(completeScopes('nets')).to.deep.equal(['write:nets']);
  });

  it('leaves out what is in the list already', () => {
    expect(completeScopes('write:nets write:n')).to.deep.equal([]);
    expect(completeScopes('read manage')).to.deep.equal(['read manage:features']);
    expect(completeScopes('all ')).to.deep.equal([]);
  });
});
