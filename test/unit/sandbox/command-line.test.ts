import { expect } from 'chai';
import { parseCommandLine } from '../../../sandbox/interactions/command-line.ts';

const commands = [
  {
    id: '1',
    application_id: '2',
    type: 1,
    name: 'net',
    options: [
      {
        type: 2,
        name: 'rule',
        options: [
          {
            type: 1,
            name: 'add',
            options: [
              { type: 8, name: 'role' },
              { type: 3, name: 'net' },
            ],
          },
        ],
      },
      { type: 1, name: 'list' },
    ],
  },
  {
    id: '3',
    application_id: '2',
    type: 1,
    name: 'say',
    options: [
      { type: 3, name: 'text' },
      { type: 3, name: 'te' },
    ],
  },
];

describe('A command line', () => {
  const parse = (text: string) => {
    const { command, path, typed } = parseCommandLine(text, commands);
    return [command.name, path.map(({ name }) => name), Object.fromEntries(typed)];
  };

  it('names a command, its group and its subcommand', () => {
    expect(parse('/net rule add role:Squad Lead net:Alpha')).to.deep.equal([
      'net',
      ['rule', 'add'],
      { role: 'Squad Lead', net: 'Alpha' },
    ]);
    expect(parse(' /net list ')).to.deep.equal(['net', ['list'], {}]);
  });

  it('lets a value run to the next option, with spaces, colons and line breaks', () => {
    expect(parse('/say text:a: b\nc te:  d e ')).to.deep.equal(['say', [], { text: 'a: b\nc', te: 'd e' }]);
    expect(parse('/say te:x text:context:y')).to.deep.equal(['say', [], { te: 'x', text: 'context:y' }]);
  });

  it('takes options in any order, and an empty value as typed', () => {
    expect(parse('/say te:2 text:')).to.deep.equal(['say', [], { te: '2', text: '' }]);
  });

  it('refuses unknown commands with 404 and stray text with 400', () => {
    const status = (text: string) => {
      try {
        return parse(text);
      } catch (error) {
        return (error as { status: number }).status;
      }
    };
    expect(status('/nothing')).to.equal(404);
    expect(status('/net')).to.equal(404);
    expect(status('/net rule')).to.equal(404);
    expect(status('/net rule remove role:x')).to.equal(404);
    expect(status('/net list now')).to.equal(400);
    expect(status('/say tex:x')).to.equal(400);
    expect(status('say text:x')).to.equal(400);
  });
});
