import { expect } from 'chai';
import { registerCommands } from '../../../bot/register-commands.ts';
import { commandPayloads } from '../../../commands/registration.ts';
import { SILENT } from '../../support/given.ts';

/** Discord's list of commands, and what is done to it. */
function givenRest(list: object[]) {
  const calls: string[] = [];
  return {
    calls,
    rest: {
      get: async (route: string) => {
        calls.push(`GET ${route}`);
        return list;
      },
      put: async (route: string, options?: { body?: unknown }) => {
        const body = Array.isArray(options?.body) ? options.body : [];
        calls.push(`PUT ${route} ${body.length}`);
        return body;
      },
    },
  };
}

const echoed = () =>
  commandPayloads().map((command, index) => ({ ...command, id: String(index), application_id: '5', version: '1' }));

describe('the registration of commands', () => {
  it('puts the whole set when something differs, and says what', async () => {
    const { calls, rest } = givenRest(echoed().slice(1));
    const found = await registerCommands({ rest, applicationId: '5', guildId: undefined, log: SILENT });
    expect(found).to.have.length(1);
    expect(calls).to.deep.equal([
      'GET /applications/5/commands',
      `PUT /applications/5/commands ${commandPayloads().length}`,
    ]);
  });

  it('puts nothing when nothing differs', async () => {
    const { calls, rest } = givenRest(echoed());
    expect(await registerCommands({ rest, applicationId: '5', guildId: undefined, log: SILENT })).to.deep.equal([]);
    expect(calls).to.deep.equal(['GET /applications/5/commands']);
  });

  it('registers in the test guild when there is one', async () => {
    const { calls, rest } = givenRest([]);
    await registerCommands({ rest, applicationId: '5', guildId: '77', log: SILENT });
    expect(calls[1]).to.match(/^PUT \/applications\/5\/guilds\/77\/commands /);
  });
});
