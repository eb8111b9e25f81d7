import { expect } from 'chai';
import { RunningShard } from '../support/running-shard.ts';
import { until } from '../support/until.ts';
import { Receiver, requireSigned } from '../unit/api/support/receiver.ts';
import { SseClient } from '../unit/api/support/sse-client.ts';

describe('the program and those who follow its events', function () {
  this.timeout(120_000);
  let shard: RunningShard;
  let receiver: Receiver;
  before(async () => {
    receiver = await new Receiver().start();
    shard = await RunningShard.start({ WEBHOOK_ALLOW_HTTP: 'yes', WEBHOOK_ALLOW_PRIVATE: 'yes' });
  });
  after(async () => {
    await shard.dispose();
    await receiver.stop();
  });

  const connect = (lastEventId?: string) =>
    new SseClient(shard.ready.apiUrl, {
      key: shard.ready.ownerKey,
      query: '?events=operation.*',
      ...(lastEventId !== undefined && { lastEventId }),
    });
  const turn = async (open: boolean) => {
    const answer = await shard.api('POST', '/api/v1/operation', { open });
    expect(answer.status).to.equal(200);
  };

  it('sends both what happens, again after it was killed, and ends although a stream is open', async () => {
    const status = await shard.api<{ operationOpen: boolean }>('GET', '/api/v1/status');
    const open = status.body.operationOpen;
    const body = { url: `http://127.0.0.1:${receiver.port}/`, events: ['operation.*'] };
    const made = await shard.api<{ secret: string; webhook: { id: string } }>('POST', '/api/v1/webhooks', body);
    expect(made.status).to.equal(201);
    const first = await connect().opened();
    await turn(!open);
    await until(() => first.frames.length === 1 && receiver.received.length === 1);

    // The receiver takes nothing from here on, and the program is killed before it could be told.
    receiver.answering = () => {};
    await turn(open);
    await shard.kill();
    await until(() => first.closed);
    receiver.answering = (answer) => answer.writeHead(204).end();
    await shard.restart();
    const second = connect(first.frames[0]?.id);
    await turn(!open);
    await until(() => second.frames.length === 2 && new Set(receiver.ids).size === 3, 20_000);
    expect([...new Set(receiver.ids)]).to.deep.equal([first.frames[0]?.id, ...second.frames.map(({ id }) => id)]);
    for (const received of receiver.received) requireSigned(made.body.secret, received);

    const began = performance.now();
    expect(await shard.stop()).to.equal(0);
    expect(performance.now() - began).to.be.below(4000);
    await until(() => second.closed);
  });
});
