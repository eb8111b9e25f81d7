import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { BODY_MS } from '../../../api/read-body.ts';
import { Api } from '../../../api/server.ts';
import { SYSTEM_CLOCK } from '../../../system.ts';
import { GivenClock } from '../../support/given.ts';
import { until } from '../../support/until.ts';
import { LIMIT, makeWorld, type World } from './world.ts';

/** A connection that keeps what it receives. */
class Wire {
  readonly socket: Socket;
  received = '';
  closed = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  /** The statuses answered so far. */
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
  }

  async answered(count: number): Promise<number[]> {
    await until(() => this.statuses.length >= count);
    return this.statuses;
  }
}

/** A given clock that knows how many timers run on it. */
class WatchedClock extends GivenClock {
  running = 0;

  override after(ms: number, fn: () => void): () => void {
    this.running += 1;
    let ended = false;
    const end = () => {
      if (!ended) this.running -= 1;
      ended = true;
    };
    const cancel = super.after(ms, () => {
      end();
      fn();
    });
    return () => {
      end();
      cancel();
    };
  }
}

describe('the server', () => {
  let world: World;
  let api: Api;
  let wires: Wire[];

  const start = async (change: object = {}) => {
    world = await makeWorld();
    api = new Api({ ...world.options, clock: SYSTEM_CLOCK, host: '127.0.0.1', port: 0, ...change });
    await api.start();
  };
  const wire = () => {
    const made = new Wire(api.url);
    wires.push(made);
    return made;
  };
  const head = (line: string, ...headers: string[]) =>
    [line, 'Host: shard', `Authorization: Bearer ${world.key}`, ...headers, '', ''].join('\r\n');
  const get = (path: string) => head(`GET /api/v1${path} HTTP/1.1`);
  const postJson = (length: number, ...more: string[]) =>
    head('POST /api/v1/operation HTTP/1.1', 'Content-Type: application/json', `Content-Length: ${length}`, ...more);

  beforeEach(() => {
    wires = [];
  });
  afterEach(async () => {
    for (const { socket } of wires) socket.destroy();
    await api.stop();
    await world.shards.stop();
  });

  it('picks a free port, says where it is, and says so when the port is taken', async () => {
    await start();
    expect(api.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    const second = new Api({ ...world.options, host: '127.0.0.1', port: Number(new URL(api.url).port) });
    const refused = await second.start().catch((error: Error) => error.message);
    expect(refused).to.match(/cannot listen on 127\.0\.0\.1:\d+ .*EADDRINUSE.* PORT/);
    await second.stop();
  });

  it('answers pipelined requests in order on one connection', async () => {
    await start();
    const line = wire();
    line.socket.write(`${get('/status') + get('/nowhere') + postJson(14)}{"open":false}${get('/roster')}`);
    expect(await line.answered(4)).to.deep.equal([200, 404, 200, 200]);
    expect(world.shard.read.operation().open).to.equal(false);
  });

  it('lets a client send its body after Expect: 100-continue', async () => {
    await start();
    const line = wire();
    line.socket.write(postJson(14, 'Expect: 100-continue'));
    expect(await line.answered(1)).to.deep.equal([100]);
    line.socket.write('{"open":false}');
    expect(await line.answered(2)).to.deep.equal([100, 200]);
  });

  it('reads a chunked body that comes byte by byte', async () => {
    await start();
    const line = wire();
    line.socket.setNoDelay(true);
    line.socket.write(head('POST /api/v1/operation HTTP/1.1', 'Transfer-Encoding: chunked'));
    for (const byte of '{"open":false}') line.socket.write(`1\r\n${byte}\r\n`);
    line.socket.write('0\r\n\r\n');
    expect(await line.answered(1)).to.deep.equal([200]);
  });

  it('answers 413 to a client that is still sending 1 MiB, and the connection stays good', async () => {
    await start();
    for (const framing of ['declared', 'chunked']) {
      const line = wire();
      const block = 'x'.repeat(16 * 1024);
      const chunked = framing === 'chunked';
      line.socket.write(
        chunked ? head('POST /api/v1/operation HTTP/1.1', 'Transfer-Encoding: chunked') : postJson(1024 * 1024),
      );
      for (let sent = 0; sent < 64; sent += 1) {
        const more = line.socket.write(chunked ? `4000\r\n${block}\r\n` : block);
        if (!more) await once(line.socket, 'drain');
      }
      if (chunked) line.socket.write('0\r\n\r\n');
      line.socket.write(get('/status'));
      expect(await line.answered(2), framing).to.deep.equal([413, 200]);
      expect(line.received).to.include(`larger than ${LIMIT} bytes`);
    }
  });

  it('reads 1 MiB that nobody asked for after a 401, and hangs up on who never stops', async () => {
    await start();
    const line = wire();
    line.socket.write('POST /api/v1/nets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    expect(await line.answered(1)).to.deep.equal([401]);
    const block = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    let sent = 0;
    while (!line.closed && sent < 200) {
      line.socket.write(block);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => line.closed);
    expect(line.statuses).to.deep.equal([401]);
  });

  it('answers 408 to a body that stops coming, and closes', async () => {
    const clock = new WatchedClock();
    await start({ clock });
    const line = wire();
    line.socket.write(`${postJson(14)}{"open"`);
    await until(() => clock.running === 1);
    await clock.advance(BODY_MS);
    expect(await line.answered(1)).to.deep.equal([408]);
    expect(line.received).to.include('application/problem+json');
    await until(() => line.closed);
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('changes nothing when the client leaves in the middle of its body', async () => {
    const clock = new WatchedClock();
    await start({ clock });
    const line = wire();
    line.socket.write(`${postJson(14)}{"open"`);
    await until(() => clock.running === 1);
    line.socket.destroy();
    await until(() => clock.running === 0);
    expect(world.shard.read.operation().open).to.equal(true);
    expect(world.failures).to.deep.equal([]);
  });

  it('answers garbage, too many header fields and two lengths as a problem, and closes', async () => {
    await start();
    for (const [bytes, status] of [
      ['hello\r\n\r\n', 400],
      [head('GET /api/v1/status HTTP/1.1', `X: ${'x'.repeat(40_000)}`), 431],
      [head('POST /api/v1/nets HTTP/1.1', 'Content-Length: 2', 'Content-Length: 3'), 400],
      [head('POST /api/v1/nets HTTP/1.1', 'Content-Length: 2', 'Transfer-Encoding: chunked'), 400],
    ] as const) {
      const line = wire();
      line.socket.write(bytes);
      expect(await line.answered(1), bytes.slice(0, 30)).to.deep.equal([status]);
      expect(line.received).to.include('application/problem+json').and.to.include('X-Request-Id: req_');
      await until(() => line.closed);
    }
  });

  it('answers a whole request as it went also when garbage follows it, and then closes', async () => {
    await start();
    const body = '{"name":"Made"}';
    const request = head('POST /api/v1/nets HTTP/1.1', `Content-Length: ${body.length}`) + body;
    const line = wire();
    line.socket.write(`${request}garbage\r\n\r\n`);
    await until(() => line.closed);
    expect(line.statuses).to.deep.equal([201]);
    expect(world.shard.read.nets().map(({ name }) => name)).to.include('Made');
  });

  it('takes paths that cannot be decoded as unknown', async () => {
    await start();
    const line = wire();
    for (const path of ['/nets/%', '/nets/%zz', '/nets/%ff', '/nets/%00', '/nets/%c0%ae']) {
      line.socket.write(head(`DELETE /api/v1${path} HTTP/1.1`));
    }
    expect(await line.answered(5)).to.deep.equal([404, 404, 404, 404, 404]);
    expect(world.failures).to.deep.equal([]);
  });

  it('stops being ready first, ends what is under way, then closes idle connections', async function () {
    this.timeout(3000);
    // On a clock that stands still: nothing here may wait for the deadline.
    await start({ clock: new WatchedClock() });
    const [idle, busy] = [wire(), wire()];
    idle.socket.write(get('/status'));
    await idle.answered(1);
    let approve: (() => void) | undefined;
    world.central.answer = () =>
      new Promise((resolve) => {
        approve = () => resolve({ approved: true });
      });
    busy.socket.write(`${postJson(14)}{"open":false}`);
    await until(() => approve);
    const stopped = api.stop();
    await until(() => idle.closed);
    busy.socket.write(head('GET /readyz HTTP/1.1'));
    approve?.();
    expect(await busy.answered(2)).to.deep.equal([200, 503]);
    expect(busy.received).to.include('"shutdown"');
    await stopped;
    await until(() => busy.closed);
    expect(world.shard.read.operation().open).to.equal(false);
  });

  it('says to new connections that it is not ready, and goes on, while it lingers', async function () {
    this.timeout(3000);
    await start({ clock: new WatchedClock() });
    let part = () => {};
    const stopped = api.stop(
      new Promise((resolve) => {
        part = resolve;
      }),
    );
    const [watcher, caller, reader] = [wire(), wire(), wire()];
    watcher.socket.write(head('GET /readyz HTTP/1.1'));
    caller.socket.write(`${postJson(14)}{"open":false}`);
    reader.socket.write(get('/stream'));
    expect(await watcher.answered(1)).to.deep.equal([503]);
    expect(watcher.received).to.include('"shutdown"');
    expect(await caller.answered(1)).to.deep.equal([200]);
    expect(await reader.answered(1)).to.deep.equal([503]);
    part();
    await stopped;
    await until(() => [watcher, caller, reader].every((line) => line.closed));
  });

  it('lingers no longer than answers under way may take', async () => {
    const clock = new WatchedClock();
    await start({ clock });
    const stopped = api.stop(new Promise(() => {}));
    await clock.advance(2000);
    await stopped;
  });

  it('does not wait for ever for an answer that does not come', async () => {
    const clock = new WatchedClock();
    await start({ clock });
    const line = wire();
    let asked = false;
    world.central.answer = () => {
      asked = true;
      return new Promise(() => {});
    };
    line.socket.write(`${postJson(14)}{"open":false}`);
    await until(() => asked);
    const stopped = api.stop();
    await clock.advance(2000);
    await stopped;
    await until(() => line.closed);
    expect(line.statuses).to.deep.equal([]);
  });
});
