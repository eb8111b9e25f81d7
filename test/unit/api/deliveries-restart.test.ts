import { expect } from 'chai';
import type { GuildStore } from '../../../shard/ports.ts';
import { openStores, type Stores } from '../../../store/stores.ts';
import { GivenClock, SILENT } from '../../support/given.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { until } from '../../support/until.ts';
import { givenFolder } from '../store/support/folder.ts';
import { type GivenWebhooks, givenWebhooks, type WebhookWish } from './support/given-webhooks.ts';
import { Receiver, requireSigned } from './support/receiver.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };
const HOUR = 3_600_000;

describe('what was not delivered when the process ended', () => {
  const folder = givenFolder();
  let receiver: Receiver;
  let all: GivenWebhooks[];
  let stores: Stores | undefined;
  const start = async (wish: WebhookWish) => {
    const given = await givenWebhooks(wish);
    all.push(given);
    return given;
  };
  const url = () => `http://127.0.0.1:${receiver.port}/`;
  /** A process that dies: nothing of it does anything any more. */
  const later = (given: GivenWebhooks, ms = 60_000) => new GivenClock(given.clock.now() + ms);
  const got = (count: number) => until(() => receiver.received.length >= count);

  beforeEach(async () => {
    all = [];
    receiver = await new Receiver().start();
  });
  afterEach(async () => {
    for (const one of all) await one.stop();
    await receiver.stop();
    await stores?.close();
    stores = undefined;
  });

  it('is delivered after the start, in order, and what was delivered is not', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    const webhook = await first.add(url(), ['ptt.*']);
    const before = await first.publish(5);
    await got(5);
    await until(async () => (await store.ledgers.cursors.get(webhook.id)) === before.at(-1));
    await first.webhooks.stop();
    const missed = [...(await first.publish(3)), ...(await first.publish(4))];
    const second = await start({ store, clock: later(first) });
    const after = await second.publish(2);
    await got(14);
    expect(receiver.ids).to.deep.equal([...before, ...missed, ...after]);
    for (const received of receiver.received) requireSigned(webhook.secret, received);
  });

  it('is delivered although hours went by, when the event was only in the journal, or not even the log', async () => {
    const store = new MemoryStore();
    const first = await start({ store, sending: false });
    await first.add(url(), ['operation.*']);
    await first.shard.change(SYSTEM, { type: 'operation.set', open: true });
    const logged = store.logged.length;
    const second = await start({ store, clock: later(first, 5 * HOUR) });
    await got(1);
    expect(store.logged.length).to.be.above(logged);
    expect(receiver.received[0]?.body.type).to.equal('operation.opened');
    await second.shard.change(SYSTEM, { type: 'operation.set', open: false });
    await second.clock.advance(20);
    await got(2);
    expect(receiver.received[1]?.body.type).to.equal('operation.closed');
  });

  it('is delivered again when it was sent and not yet noted', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    await first.add(url(), ['ptt.*']);
    store.ledgers.cursors.set = () => new Promise(() => {});
    const [id] = await first.publish(1);
    await got(1);
    const again = new MemoryStore();
    Object.assign(again, { rows: store.rows, records: store.records, logged: store.logged });
    all.length = 0;
    await start({ store: again, clock: later(first) });
    await got(2);
    expect(receiver.ids).to.deep.equal([id, id]);
  });

  it('is tried again in its time when it had failed', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    const webhook = await first.add(url(), ['ptt.*']);
    receiver.answering = (answer) => answer.writeHead(500).end();
    const [id] = await first.publish(1);
    await got(1);
    await until(() => first.shard.deliveries.size(webhook.id).retrying === 1);
    receiver.answering = (answer) => answer.writeHead(200).end();
    await first.webhooks.stop();
    const second = await start({ store, clock: new GivenClock(first.clock.now()) });
    expect(second.shard.deliveries.size(webhook.id)).to.deep.equal({ waiting: 0, retrying: 1 });
    await second.clock.advance(4000);
    expect(receiver.received).to.have.length(1);
    await second.clock.advance(2000);
    await got(2);
    expect(receiver.ids).to.deep.equal([id, id]);
    await until(() => second.shard.deliveries.size(webhook.id).retrying === 0);
    expect(second.webhooks.deliveries(second.shard, webhook.id)[0]).to.include({ attempt: 2, ok: true });
  });

  it('waits while the disk takes no outcome, and is noted when it does', async () => {
    const store = new MemoryStore();
    const first = await start({ store });
    const webhook = await first.add(url(), ['ptt.*']);
    const { set } = store.ledgers.cursors;
    store.ledgers.cursors.set = () => Promise.reject(new Error('disk full'));
    const ids = await first.publish(2);
    await got(1);
    await first.clock.advance(500);
    store.ledgers.cursors.set = set.bind(store.ledgers.cursors);
    await first.goOnUntil(() => new Set(receiver.ids).size === 2, 100);
    await until(async () => (await store.ledgers.cursors.get(webhook.id)) === ids[1]);
  });

  it('is found again in the real store', async () => {
    const open = async (clock: GivenClock): Promise<GuildStore> => {
      stores = await openStores({ dataDir: folder.path, clock, log: SILENT });
      return stores.open('1000');
    };
    const clock = new GivenClock(Date.now());
    const first = await givenWebhooks({ store: await open(clock), clock });
    const webhook = await first.add(url(), ['ptt.*']);
    const noted = await first.publish(2);
    await got(2);
    await until(() => first.shard.deliveries.size(webhook.id).waiting === 0);
    await first.webhooks.stop();
    const missed = await first.publish(20);
    // It dies here: nobody stops it, only the folder is given back.
    await stores?.close();
    const then = later(first, 3 * HOUR);
    await start({ store: await open(then), clock: then });
    await got(22);
    expect(receiver.ids).to.deep.equal([...noted, ...missed]);
  });
});
