import { expect } from 'chai';
import type { SeenRequest } from '../../../sandbox/rest/rest.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { discordValidator, isDescribed } from '../../support/discord-openapi.ts';
import { Bridge, startSandbox } from './bridge.ts';

/** Every command there is, and two that are refused. */
const EVENING = [
  '/config set command_role:Command ops_channel:ops ready_room:Ready Room',
  '/config show',
  '/net create name:Convoy',
  '/net bind net:Convoy channel:Medical',
  '/net rename net:Convoy name:Big Convoy',
  '/net list',
  '/rule add role:Pilot net:Big Convoy',
  '/rule list',
  '/assign user:Priya Nair net:Big Convoy',
  '/op open',
  '/op status',
  '/status',
  '/unassign user:Priya Nair net:Big Convoy',
  '/rule remove role:Pilot net:Big Convoy',
  '/net unbind channel:Medical',
  '/net unbind channel:Medical',
  '/net remove net:Big Convoy',
  '/net remove net:Big Convoy',
  '/key create name:reader scopes:read:status expires:30d',
  '/key list',
  '/key revoke key:reader',
  '/op close',
];

describe("Discord's description of its API", function () {
  this.timeout(30_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  if (!isDescribed) {
    it('is not on this machine, so what the bot sends is not compared with it', () => {
      expect(isDescribed).to.equal(false);
    });
    return;
  }

  it('finds nothing wrong with what the bot sends in an evening', async () => {
    const requests: SeenRequest[] = [];
    sandbox.onRequest((seen) => requests.push(seen));
    const bridge = await new Bridge(sandbox).start();
    try {
      for (const command of EVENING) await bridge.say('Mara Voss', command);
      await bridge.control('POST', '/autocomplete', {
        ...bridge.speaker('Mara Voss'),
        command: '/assign net:',
        focused: 'net',
      });
    } finally {
      await bridge.stop();
    }
    expect(requests.length, 'an answer to each command, and the registration').to.be.above(EVENING.length);
    expect(requests.flatMap(discordValidator())).to.deep.equal([]);
  });
});
