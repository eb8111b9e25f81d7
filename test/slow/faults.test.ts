import type { Sandbox } from '../../sandbox/sandbox.ts';
import { Bridge, startSandbox } from '../e2e/bot/bridge.ts';
import { type FaultBody, FaultTrial } from '../e2e/bot/fault-trial.ts';
import { until } from '../support/until.ts';

/** Close codes of the voice gateway and of websockets. */
const CODES = [
  1000, 1006, 1011, 4001, 4002, 4003, 4004, 4005, 4006, 4009, 4011, 4012, 4014, 4015, 4016, 4017, 4020, 4021, 4022,
];

/** Every fault there is. */
const FAULTS: readonly FaultBody[] = [
  { kind: 'gateway.drop' },
  { kind: 'gateway.reconnect' },
  { kind: 'gateway.invalid-session' },
  { kind: 'gateway.silence' },
  { kind: 'rest.429', durationMs: 1500 },
  { kind: 'rest.500', durationMs: 1500 },
  { kind: 'rest.delay', durationMs: 1500 },
  ...CODES.map((code) => ({ kind: 'voice.drop', code })),
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

/** Faults that strike people as well, as they are without a name. A kick would end their stay for good. */
const FOR_ALL = FAULTS.filter(({ kind, code }) => !/^(gateway|rest)/.test(kind) && code !== 4014);

/** Discord lets a bot identify once in five seconds, and discord.js waits up to six and a half: no fault of the shard's. */
const IDENTIFY_MS = 6500;
/** The heartbeats of `gateway.silence`: a line that is dead is noticed after two. */
const HEARTBEAT_MS = 500;

/** A bad network puts clicks into a tone: its pitch is measured less exactly then. */
const withinHz = ({ kind }: FaultBody): number => (/loss|reorder/.test(kind) ? 150 : 10);

describe('the bot survives every fault', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  let trial: FaultTrial;
  let startedAt: number;
  /** What the sandbox logged. */
  const said: string[] = [];
  const mayIdentify = () => performance.now() - startedAt > IDENTIFY_MS;

  before(async () => {
    sandbox = await startSandbox((line) => said.push(line), { heartbeatIntervalMs: HEARTBEAT_MS });
  });

  after(() => sandbox.stop());

  beforeEach(async () => {
    bridge = await new Bridge(sandbox).start();
    startedAt = performance.now();
    trial = await FaultTrial.begin(bridge);
  });

  afterEach(() => bridge.stop());

  for (const fault of FAULTS) {
    it(`to the bots: ${JSON.stringify(fault)}`, async () => {
      if (fault.kind === 'gateway.invalid-session') await until(mayIdentify, IDENTIFY_MS + 1000);
      said.length = 0;
      // A line that does not answer is of use for a while yet: what counts is how it goes when it is given up.
      const isOver = () =>
        fault.kind !== 'gateway.silence' || said.filter((line) => / resumed$/.test(line)).length >= 4;
      const toBots = sandbox.bots.map(({ id }) => ({ ...fault, bot: id }));
      await trial.survives(toBots, { withinHz: withinHz(fault), isOver });
    });
  }

  for (const fault of FOR_ALL) {
    it(`to everybody: ${JSON.stringify(fault)}`, () => trial.survives([fault], { withinHz: withinHz(fault) }));
  }
});
