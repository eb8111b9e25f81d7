import { alternate, type Lane, load } from './measure.ts';
import { report, type ScenarioReport } from './report.ts';
import type { BenchServer } from './servers.ts';
import { Readers } from './stream.ts';
import { requestBytes, Wire, type WireRequest } from './wire.ts';

/** Kept-alive connections of a scenario, unless it says otherwise. */
const CONNECTIONS = 16;
/** Items of a bulk request: the most there may be. */
const BULK = 200;

/** How long and how often is measured. */
export interface Effort {
  roundMs: number;
  rounds: number;
  /** Which scenarios, by name. */
  only: RegExp;
}

const STREAMS = 'GET /stream, 500 readers: events';

/** The two that are compared. */
export interface Servers {
  ours: BenchServer;
  floor: BenchServer;
}

/** Requests that a connection sends in turn to ours; to the floor they go to another path. */
interface Scenario {
  name: string;
  connections: number;
  floorPath: string;
  /** Stands in every answer of ours. */
  holds: string;
  requests(connection: number): WireRequest[];
}

/** Runs every scenario, one after another; `tell` is called after each. */
export async function runScenarios(
  servers: Servers,
  effort: Effort,
  tell: (done: ScenarioReport) => void,
): Promise<ScenarioReport[]> {
  const runs = [
    ...scenarios(servers.ours).map((scenario) => ({
      name: scenario.name,
      run: () => compare(servers, scenario, effort),
    })),
    { name: STREAMS, run: () => compareStreams(servers, effort) },
  ];
  const done: ScenarioReport[] = [];
  for (const { name, run } of runs) {
    if (!effort.only.test(name)) continue;
    const finished = report(name, await run());
    done.push(finished);
    tell(finished);
  }
  return done;
}

function scenarios(ours: BenchServer): Scenario[] {
  const assign = (name: string, connections: number): Scenario => ({
    name,
    connections,
    floorPath: '/one',
    holds: '"changed":true',
    requests: (connection) => assignments(ours, connection, BULK + connections),
  });
  return [
    {
      name: 'GET /status, 50 nets, 500 operators',
      connections: CONNECTIONS,
      floorPath: '/status',
      holds: '"connected":500',
      requests: (connection) => [statusRequest(ours, connection)],
    },
    assign('POST /assignments, one after another', 1),
    assign(`POST /assignments, ${CONNECTIONS} at once`, CONNECTIONS),
    {
      name: `POST /assignments/bulk, ${BULK} items`,
      connections: CONNECTIONS,
      floorPath: '/bulk',
      holds: `"applied":${BULK}`,
      requests: (connection) => bulks(ours, connection),
    },
  ];
}

/** `GET /status` with the key of this connection. */
export function statusRequest({ keys }: BenchServer, connection: number): WireRequest {
  return { method: 'GET', path: '/api/v1/status', key: keys[connection] as string };
}

/** Puts somebody of this connection's own (by number) on a net and takes them off again: each is a change. */
export function assignments({ keys, netUids }: BenchServer, connection: number, first: number): WireRequest[] {
  const netUid = netUids[connection % netUids.length];
  return ['assign', 'unassign'].map((action) => ({
    method: 'POST',
    path: '/api/v1/assignments',
    key: keys[connection] as string,
    body: { userId: personOf(connection, first), netUid, action },
  }));
}

/** The same for two hundred people at once. */
export function bulks({ keys, netUids }: BenchServer, connection: number): WireRequest[] {
  const netUid = netUids[connection % netUids.length];
  const people = Array.from({ length: BULK }, (_, index) => ({ userId: personOf(connection, index + 1), netUid }));
  return ['assign', 'unassign'].map((action) => ({
    method: 'POST',
    path: '/api/v1/assignments/bulk',
    key: keys[connection] as string,
    body: { action, assignments: people },
  }));
}

const personOf = (connection: number, index: number) =>
  `4${String(connection).padStart(8, '0')}${String(index).padStart(9, '0')}`;

async function compare({ ours, floor }: Servers, scenario: Scenario, { roundMs, rounds }: Effort) {
  const { connections, floorPath, holds, requests } = scenario;
  const lanes = (port: number, adapt: (request: WireRequest) => WireRequest) =>
    Promise.all(
      Array.from({ length: connections }, async (_, connection): Promise<Lane> => {
        const bytes = requests(connection).map((request) => requestBytes(adapt(request)));
        return { wire: await Wire.open(port), requests: bytes, sent: 0 };
      }),
    );
  const ourLanes = await lanes(ours.port, (request) => request);
  const floorLanes = await lanes(floor.port, (request) => ({ ...request, path: floorPath }));
  const measured = await alternate(
    rounds,
    () => load(ourLanes, roundMs, { holds }),
    () => load(floorLanes, roundMs, { holds }),
  );
  for (const { wire } of [...ourLanes, ...floorLanes]) wire.close();
  return measured;
}

async function compareStreams({ ours, floor }: Servers, { rounds }: Effort) {
  const [ourReaders, floorReaders] = [
    await Readers.open(ours, '/api/v1/stream?events=config.changed'),
    await Readers.open(floor, '/stream'),
  ];
  const measured = await alternate(
    rounds,
    () => ourReaders.measure(ours),
    () => floorReaders.measure(floor),
  );
  ourReaders.close();
  floorReaders.close();
  return measured;
}
