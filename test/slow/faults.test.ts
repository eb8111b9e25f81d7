import type { Sandbox } from '../../sandbox/sandbox.ts';
import { Bridge, startSandbox } from '../e2e/bot/bridge.ts';
import { type FaultBody, FaultTrial } from '../e2e/bot/fault-trial.ts';

/** Every fault there is, once for everybody and, where that is another matter, for the bots alone. */
const FAULTS: readonly FaultBody[] = [
  { kind: 'gateway.drop' },
  { kind: 'gateway.reconnect' },
  { kind: 'gateway.invalid-session' },
  { kind: 'gateway.silence' },
  { kind: 'rest.429', durationMs: 1500 },
  { kind: 'rest.500', durationMs: 1500 },
  { kind: 'rest.delay', durationMs: 1500 },
  ...[1000, 1006, 4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4014, 4015, 4016, 4017, 4020, 4021, 4022].map(
    (code) => ({ kind: 'voice.drop', code }),
  ),
  { kind: 'voice.move-server' },
  { kind: 'voice.udp-loss', percent: 5, durationMs: 1500 },
  { kind: 'voice.udp-reorder', percent: 20, durationMs: 1500 },
  { kind: 'voice.udp-forge', durationMs: 1000 },
  { kind: 'voice.padding-burst', durationMs: 1000 },
  { kind: 'dave.wrong-epoch', durationMs: 1000 },
  { kind: 'dave.repeat-external-sender', durationMs: 1000 },
  { kind: 'dave.invalid-commit' },
  { kind: 'dave.downgrade', durationMs: 1000 },
];

describe('the bot survives every fault', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(() => bridge.stop());

  for (const fault of FAULTS) {
    it(`${JSON.stringify(fault)} to the bots`, async function () {
      this.timeout(30_000);
      bridge = await new Bridge(sandbox).start();
      const trial = await FaultTrial.begin(bridge);
      await trial.survives(sandbox.bots.map(({ id }) => ({ ...fault, bot: id })));
    });
  }
});
