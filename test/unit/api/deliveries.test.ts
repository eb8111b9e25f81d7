import { expect } from 'chai';
import { RETRY_AFTER_MS } from '../../../api/webhooks/retry.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { until } from '../../support/until.ts';
import { type GivenWebhooks, givenWebhooks, type WebhookWish } from './support/given-webhooks.ts';
import { Receiver, requireSigned } from './support/receiver.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };
const PTT = ['ptt.*'];

describe('a webhook', () => {
  let receiver: Receiver;
  let given: GivenWebhooks;
  let all: GivenWebhooks[];
  const start = async (wish: WebhookWish = {}) => {
    given = await givenWebhooks(wish);
    all.push(given);
    return given;
  };
  const url = (path = '/') => `http://127.0.0.1:${receiver.port}${path}`;
  const got = (count: number) => until(() => receiver.received.length >= count);
  const log = (id: string) => given.webhooks.deliveries(given.shard, id);

  beforeEach(async () => {
    all = [];
    receiver = await new Receiver().start();
  });
  afterEach(async () => {
    for (const one of all) await one.stop();
    await receiver.stop();
  });

  it('gets every event of its types, with a time and a signature that the public library verifies', async () => {
    await start();
    const { secret } = await given.add(url('/hook?x=1'), ['ptt.*', 'operation.opened']);
    const [id] = await given.publish(1);
    await given.shard.change(SYSTEM, { type: 'net.create', name: 'A' });
    await given.shard.change(SYSTEM, { type: 'operation.set', open: true });
    await given.clock.advance(20);
    await got(2);
    const [first, second] = receiver.received;
    const { at, ...event } = given.shard.events.recent().find((one) => one.id === id) ?? { at: '' };
    expect(first?.body).to.deep.equal({ ...event, at, timestamp: at });
    expect(second?.body.type).to.equal('operation.opened');
    for (const received of receiver.received) requireSigned(secret, received);
    expect(first?.path).to.equal('/hook?x=1');
    expect(first?.headers).to.include({ 'webhook-id': id, 'content-type': 'application/json' });
    expect(first?.text).to.include(`"guildId":"1000"`).and.not.to.include(secret);
  });

  it('gets first attempts one at a time, in the order of the events, also while some are tried again', async () => {
    await start();
    await given.add(url(), PTT);
    let open = 0;
    let most = 0;
    receiver.answering = (answer, _, count) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        answer.writeHead(count % 3 === 0 ? 500 : 200).end('ok');
      });
    };
    const ids = [...(await given.publish(20)), ...(await given.publish(20))];
    await given.goOnUntil(() => new Set(receiver.ids).size === 40 && receiver.received.length > 50, 200);
    const firsts = receiver.ids.filter((id, index) => receiver.ids.indexOf(id) === index);
    expect(firsts).to.deep.equal(ids);
    expect(most).to.equal(1);
  });

  it('is tried again after 5 s, 5 min, 30 min, 2 h, 5 h and 10 h, then no more', async function () {
    this.timeout(30_000);
    await start();
    const webhook = await given.add(url(), PTT);
    const times: number[] = [];
    receiver.answering = (answer) => {
      times.push(given.clock.now());
      answer.writeHead(500).end();
    };
    await given.publish(1);
    await got(1);
    for (const [index, wait] of RETRY_AFTER_MS.entries()) {
      await until(() => log(webhook.id).length === index + 1);
      const next = Date.parse(log(webhook.id)[0]?.nextAttemptAt ?? '');
      expect((next - (times.at(-1) ?? 0)) / wait).to.be.within(0.89, 1.11);
      await given.clock.advance(next - given.clock.now() - 1);
      expect(receiver.received, 'not too early').to.have.length(index + 1);
      await given.goOnUntil(() => times.length === index + 2, 1);
    }
    await until(() => log(webhook.id).length === 7);
    expect(log(webhook.id)[0]).to.include({ attempt: 7, nextAttemptAt: null, ok: false, status: 500 });
    expect(new Set(receiver.ids).size).to.equal(1);
    for (const received of receiver.received) requireSigned(webhook.secret, received);
    expect(given.shard.deliveries.size(webhook.id)).to.deep.equal({ waiting: 0, retrying: 0 });
    expect(given.shard.read.webhook(webhook.id).enabled).to.equal(true);
  });

  it('is left alone as long as it asks to be with Retry-After', async () => {
    await start();
    await given.add(url(), PTT);
    receiver.answering = (answer, _, count) =>
      count === 1 ? answer.writeHead(503, { 'Retry-After': '60' }).end() : answer.writeHead(200).end();
    const began = given.clock.now();
    const [first, second] = await given.publish(2);
    await got(1);
    await given.goOnUntil(() => receiver.received.length === 3);
    expect(given.clock.now() - began).to.be.within(60_000, 65_000);
    expect(receiver.ids.slice(1)).to.have.members([first, second]);
  });

  it('is not followed to where it redirects', async () => {
    await start();
    const webhook = await given.add(url('/from'), PTT);
    receiver.answering = (answer) => answer.writeHead(307, { Location: url('/to') }).end();
    await given.publish(1);
    await until(() => log(webhook.id).length === 1);
    expect(log(webhook.id)[0]).to.include({ ok: false, status: 307 });
    expect(log(webhook.id)[0]?.error).to.include('redirects are not followed');
    expect(receiver.received.map(({ path }) => path)).to.deep.equal(['/from']);
  });

  for (const [what, answering] of [
    ['does not answer', () => {}],
    ['does not end its answer', (answer) => answer.writeHead(200).write('x')],
  ] as [string, Receiver['answering']][]) {
    it(`that ${what} is given up after 10 s and tried again`, async () => {
      await start();
      const webhook = await given.add(url(), PTT);
      receiver.answering = (answer, received, count) =>
        count === 1 ? answering(answer, received, count) : answer.writeHead(200).end();
      const [id] = await given.publish(1);
      await got(1);
      await given.clock.advance(9000);
      expect(log(webhook.id)).to.deep.equal([]);
      await given.goOnUntil(() => receiver.received.length === 2);
      await until(() => log(webhook.id).length === 2);
      expect(log(webhook.id)[1]?.error).to.include('10 s');
      expect(receiver.ids).to.deep.equal([id, id]);
    });
  }

  it('may answer with more than is read', async () => {
    await start();
    const webhook = await given.add(url(), PTT);
    receiver.answering = (answer) => answer.writeHead(200).end('x'.repeat(10_000_000));
    await given.publish(2);
    await until(() => log(webhook.id).length === 2);
    expect(log(webhook.id).map(({ ok }) => ok)).to.deep.equal([true, true]);
  });

  it('that answers 410 is switched off at once, and the guild is told', async () => {
    await start();
    const webhook = await given.add(url(), PTT);
    receiver.answering = (answer) => answer.writeHead(410).end();
    await given.publish(3);
    await until(() => !given.shard.read.webhook(webhook.id).enabled);
    const { disabledReason } = given.shard.read.webhook(webhook.id);
    expect(disabledReason).to.include('410');
    expect(given.notices.quarantined).to.deep.equal([{ id: webhook.id, url: webhook.url, reason: disabledReason }]);
    await given.clock.advance(20);
    const last = given.shard.events.recent().at(-1);
    expect(last).to.deep.include({ type: 'config.changed' });
    expect(last?.data).to.deep.equal({ action: 'webhook.quarantine', uid: webhook.id, result: disabledReason });
    await given.clock.advance(3_600_000);
    expect(receiver.received).to.have.length(1);
  });

  it('is switched off after ten failures in a row, and begins anew when it is switched on', async () => {
    const store = new MemoryStore();
    await start({ store });
    const webhook = await given.add(url(), PTT);
    let fails = 9;
    receiver.answering = (answer) => {
      fails -= 1;
      answer.writeHead(fails >= 0 ? 500 : 200).end();
    };
    await given.publish(10);
    await got(10);
    await until(() => log(webhook.id).length === 10);
    expect(given.shard.read.webhook(webhook.id).enabled, 'nine failures, then none').to.equal(true);
    fails = 10;
    await given.publish(12);
    await until(() => !given.shard.read.webhook(webhook.id).enabled);
    expect(receiver.received).to.have.length(20);
    expect(given.shard.read.webhook(webhook.id).disabledReason).to.match(/^10 deliveries in a row failed.*500/);
    expect(store.rows.at(-1)?.command).to.equal('webhook.quarantine');
    const noted = await until(() => given.shard.audit.page(10).find(({ action }) => action === 'webhook.quarantine'));
    expect(noted).to.include({ actor: 'webhooks', status: 200, source: 'system' });
    await given.publish(5);
    await given.clock.advance(60_000);
    expect(receiver.received, 'nothing while it is off').to.have.length(20);
    expect(await rowsOf(store)).to.equal(0);
    fails = 9;
    await given.shard.change(SYSTEM, { type: 'webhook.enable', id: webhook.id });
    const ids = await given.publish(10);
    await got(30);
    expect(receiver.ids.slice(20)).to.deep.equal(ids);
    await until(() => log(webhook.id)[0]?.ok);
    expect(given.shard.read.webhook(webhook.id).enabled).to.equal(true);
  });

  it('whose name resolves inside at the second look-up gets nothing', async () => {
    const addresses = [['93.184.216.34'], ['127.0.0.1'], ['93.184.216.34', '::1']];
    await start({ allowPrivate: false, resolve: async () => addresses.shift() ?? ['10.0.0.1'] });
    const target = `http://hooks.example.org:${receiver.port}/`;
    await given.webhooks.requireReachable(new URL(target));
    const webhook = await given.add(target, PTT);
    await given.publish(3);
    await until(() => log(webhook.id).length === 3);
    for (const delivery of log(webhook.id)) {
      expect(delivery).to.include({ ok: false, status: null });
      expect(delivery.error).to.match(/of the range "(loopback|private)"/);
    }
    expect(receiver.received).to.deep.equal([]);
  });

  it('is connected to at the address that was checked, whatever its name says then', async () => {
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    await start({ resolve });
    await given.add(`http://receiver.test:${receiver.port}/`, PTT);
    await given.publish(2);
    await got(2);
    expect(receiver.received[0]?.headers.host).to.equal(`receiver.test:${receiver.port}`);
    expect(asked).to.deep.equal(['receiver.test', 'receiver.test']);
  });

  it('whose certificate nobody vouches for, or that does not answer in HTTP, gets nothing', async () => {
    const tls = await new Receiver(SELF_SIGNED).start();
    await start();
    const webhook = await given.add(`https://receiver.test:${tls.port}/`, PTT);
    const plain = await given.add(`https://receiver.test:${receiver.port}/`, PTT);
    await given.publish(1);
    await until(() => log(webhook.id).length + log(plain.id).length === 2);
    expect(log(webhook.id)[0]?.error).to.include('certificate cannot be trusted');
    expect(log(plain.id)[0]?.error).to.include('TLS');
    expect([...tls.received, ...receiver.received]).to.deep.equal([]);
    await tls.stop();
  });

  it('that refuses connections, or whose name does not resolve, is a failed delivery', async () => {
    const resolve = async (name: string) => (name === 'nowhere.test' ? [] : ['127.0.0.1']);
    await start({ resolve });
    const closed = await new Receiver().start();
    const refusing = await given.add(`http://receiver.test:${closed.port}/`, PTT);
    await closed.stop();
    const unknown = await given.add('http://nowhere.test/', PTT);
    await given.publish(1);
    await until(() => log(refusing.id).length + log(unknown.id).length === 2);
    expect(log(refusing.id)[0]?.error).to.include('refused');
    expect(log(unknown.id)[0]?.error).to.include('does not resolve');
  });

  it('that hangs does not keep others waiting', async () => {
    await start();
    const slow = await new Receiver().start();
    slow.answering = () => {};
    for (let count = 0; count < 5; count += 1) await given.add(`http://127.0.0.1:${slow.port}/`, PTT);
    await given.add(url(), PTT);
    await given.publish(10);
    await got(10);
    expect(slow.received).to.have.length(5);
    await slow.stop();
  });

  it('can be tried out, also when it is off, which counts for nothing', async () => {
    await start();
    const webhook = await given.add(url(), PTT);
    receiver.answering = (answer) => answer.writeHead(500).end();
    for (let count = 0; count < 12; count += 1) {
      const delivery = await given.webhooks.test(given.shard, webhook.id);
      expect(delivery).to.include({ type: 'webhook.test', ok: false, status: 500, nextAttemptAt: null });
    }
    expect(given.shard.read.webhook(webhook.id).enabled).to.equal(true);
    requireSigned(webhook.secret, receiver.received[0] as (typeof receiver.received)[0]);
    expect(receiver.received[0]?.body).to.deep.include({ type: 'webhook.test', data: { webhookId: webhook.id } });
    await given.shard.change(SYSTEM, { type: 'webhook.quarantine', id: webhook.id, reason: 'test' });
    receiver.answering = (answer) => answer.writeHead(200).end();
    expect(await given.webhooks.test(given.shard, webhook.id)).to.include({ ok: true, status: 200 });
    expect(log(webhook.id)).to.have.length(13);
  });

  it('is tried out four times at once, and a receiver that hangs then keeps no delivery waiting', async () => {
    await start();
    const webhook = await given.add(url(), PTT);
    receiver.answering = (answer, _, count) => {
      if (count > 4) answer.writeHead(200).end();
    };
    const tries = Array.from({ length: 12 }, () => given.webhooks.test(given.shard, webhook.id));
    const outcomes = Promise.allSettled(tries);
    await got(4);
    const [id] = await given.publish(1);
    await until(() => receiver.ids.includes(id as string));
    await given.clock.advance(10_000);
    const refused = (await outcomes).filter(({ status }) => status === 'rejected');
    expect(refused.map((one) => (one as PromiseRejectedResult).reason.code)).to.deep.equal(
      new Array(8).fill('webhook.busy'),
    );
    receiver.answering = (answer) => answer.writeHead(200).end();
    expect(await given.webhooks.test(given.shard, webhook.id)).to.include({ ok: true });
  });

  it('is not sent the events from before it was made, and none after it was removed', async () => {
    const store = new MemoryStore();
    await start({ store });
    await given.publish(3);
    const webhook = await given.add(url(), PTT);
    receiver.answering = (answer) => answer.writeHead(500).end();
    const ids = await given.publish(1);
    await until(() => log(webhook.id).length === 1);
    await given.shard.change(SYSTEM, { type: 'webhook.remove', id: webhook.id });
    await given.publish(3);
    await given.clock.advance(600_000);
    expect(receiver.ids).to.deep.equal(ids);
    await until(async () => (await rowsOf(store)) === 0);
    expect(await cursorsOf(store)).to.deep.equal([]);
  });

  it('remembers its last 100 deliveries', async () => {
    await start();
    const webhook = await given.add(url(), PTT);
    await given.publish(120);
    await got(120);
    await until(() => log(webhook.id)[0]?.eventId === receiver.ids.at(-1));
    expect(log(webhook.id).map(({ eventId }) => eventId)).to.deep.equal(receiver.ids.slice(-100).reverse());
  });
});

async function rowsOf(store: MemoryStore): Promise<number> {
  let count = 0;
  for await (const _ of store.ledgers.deliveries.entries()) count += 1;
  return count;
}

async function cursorsOf(store: MemoryStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const [id] of store.ledgers.cursors.entries()) ids.push(id);
  return ids;
}

/** For receiver.test, signed by itself; made for this test. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWedIDBWzxLsGKAw6
FPkwZxpHyIVpZH9H/AqkFs5bqjOhRANCAARCCyDRUZ9X7U5sPdJE3GSe20smsb+O
a3vHkFdWEHxJK2VICsAgoLCUw11vL3/U/AXNG/zHG+RWjMk26X6j1sL8
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIUVCi48VMtW796yAEXxS3o4sgEX/owCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDAgFw0yNjExMjQyMzExNDFaGA8yMTI2
MTAzMTIzMTE0MVowGDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABEILINFRn1ftTmw90kTcZJ7bSyaxv45re8eQV1YQfEkr
ZUgKwCCgsJTDXW8vf9T8Bc0b/Mcb5FaMyTbpfqPWwvyjbTBrMB0GA1UdDgQWBBQQ
ZlfsItOE5RWoZED3oV7JuUfcjTAfBgNVHSMEGDAWgBQQZlfsItOE5RWoZED3oV7J
uUfcjTAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXJlY2VpdmVyLnRlc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgE6dB4jcLMEAbVVfukvUzZk7ZH4koVX63bM9jcTG6
FkECIQD1jMiIKq2TWpzU6ul8/T4jvUuR7L5qGYK0glC5qLCrrw==
-----END CERTIFICATE-----
`,
};
