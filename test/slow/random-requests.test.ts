import { expect } from 'chai';
import fc from 'fast-check';
import { Api } from '../../api/server.ts';
import type { MemoryStore } from '../support/memory-store.ts';
import { type RandomRequest, randomRequests } from '../support/random-requests.ts';
import { exchange, type RawAnswer } from '../support/raw-http.ts';
import { DOCUMENT, pathOf, requireDocumented, routeOf, snapshot } from '../unit/api/call.ts';
import { makeWorld, OTHER, ROUTES, type World } from '../unit/api/world.ts';

/** Worlds, and requests to each: what is answered 2xx changes the world, so that later requests meet others. */
const WORLDS = 20;
const REQUESTS = 500;
/** How long an answer may take. */
const ANSWER_MS = 5000;
/** A damaged request may promise more than comes: so long a server waits for it in vain. */
const PROMISED_MS = 100;
/** Time passes between requests: limits start anew, what ends by itself ends. */
const STEP_MS = 1500;

const seed = Number(process.env['REQUEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** Who asks: most with every scope, some of the other guild, some with one scope, some with junk. */
type Who = 'owner' | 'other' | 'reader' | 'nobody' | 'junk';

/** A request as it goes over the wire. */
interface Wired {
  /** What was meant, when it is a request that a server can read. */
  meant: RandomRequest | null;
  who: Who;
  bytes: Buffer;
}

const HEADERS = fc.constantFrom(
  ...['Accept: application/xml', 'Accept-Encoding: gzip', 'If-None-Match: *', 'If-None-Match: "x', 'Range: bytes=0-1'],
  ...['Content-Type: text/plain', 'Content-Type: application/json', 'Content-Encoding: gzip', 'Expect: 100-continue'],
  ...['Idempotency-Key: one', 'Idempotency-Key: ', `Idempotency-Key: ${'k'.repeat(300)}`, 'Last-Event-ID: evt_1'],
  ...['Last-Event-ID: \u00ff', 'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-For: a, b, c', 'Origin: null', 'Host: x'],
  ...['Cookie: a=b', 'X-HTTP-Method-Override: DELETE', 'Upgrade: websocket', 'Connection: close', 'TE: trailers'],
  ...['Authorization: Bearer scok_x', 'Authorization: Basic eDp5', 'X-Junk: \u0001', `X-Long: ${'l'.repeat(9000)}`],
  ...['Content-Length: 3', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked', ': nameless', 'No colon'],
);

const TARGETS = fc.constantFrom(
  ...['%', '%zz', '%00', '%ff', '/', '//', '/..', '/../../etc/passwd', '?', '?a', '?effective', '#x', '%2e%2e', '\\'],
  ...[' ', '?a=1&a=2', '?effective=true&effective=false', '?limit[]=1', '?__proto__=1', ';x', '%F0%9F%98%80'],
);

/** How the bytes of a request are damaged. */
const DAMAGE = fc.record({
  way: fc.constantFrom('cut', 'flip', 'insert', 'drop', 'double'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  byte: fc.nat({ max: 255 }),
});

describe('ten thousand random requests over sockets', function () {
  this.timeout(600_000);

  it(`never a 500, a hang or a change after an error (REQUEST_SEED=${seed})`, async () => {
    const met = new Map<number, number>();
    for (let round = 0; round < WORLDS; round += 1) await run(seed + round, met);
    const kinds = [...met].map(([status, count]) => `${count}×${status}`).join(', ');
    expect([...met.keys()], kinds).to.include.members([200, 201, 204, 400, 401, 403, 404, 405, 409, 415]);
    expect([...met.values()].reduce((sum, count) => sum + count, 0)).to.equal(WORLDS * REQUESTS);
  });

  async function run(roundSeed: number, met: Map<number, number>): Promise<void> {
    const world = await makeWorld();
    const api = new Api({ ...world.options, host: '127.0.0.1', port: 0 });
    await api.start();
    try {
      await sendAll(world, api.url, roundSeed, met);
      const { status } = await fetch(`${api.url}/api/v1/status`, { headers: { Authorization: `Bearer ${world.key}` } });
      expect(status, 'it still answers').to.equal(200);
    } finally {
      await api.stop();
      await world.shards.stop();
    }
  }

  async function sendAll(world: World, url: string, roundSeed: number, met: Map<number, number>): Promise<void> {
    const sent = fc.sample(wired(await keysOf(world), new URL(url).host), { numRuns: REQUESTS, seed: roundSeed });
    for (const [index, request] of sent.entries()) {
      const before = everything(world);
      const shown = JSON.stringify(request.bytes.toString('latin1').slice(0, 2000));
      const about = `seed ${roundSeed}, request ${index}: ${shown}`;
      const answer = await exchange(url, request.bytes, {
        answerMs: ANSWER_MS,
        ...(request.meant === null && { endsAfterMs: PROMISED_MS }),
      });
      const status = answer?.status ?? 0;
      met.set(status, (met.get(status) ?? 0) + 1);
      judge(request, answer, about);
      if (status === 0 || status >= 400) expect(everything(world), about).to.equal(before);
      expect(world.failures, about).to.deep.equal([]);
      await world.clock.advance(STEP_MS);
    }
  }
});

/** Both guilds, what was done to people and told to them. An error that is kept for who repeats the request is none. */
function everything({ store, otherStore, ...world }: World): string {
  const changes = ({ rows }: MemoryStore) => ({ rows: rows.filter(({ command }) => command !== 'request.answered') });
  const stores = { store: changes(store), otherStore: changes(otherStore) };
  return snapshot({ ...world, ...stores }) + JSON.stringify([world.people, world.notices]);
}

function judge({ meant, who, bytes }: Wired, answer: RawAnswer | null, about: string): void {
  if (!answer) {
    expect(meant, `no answer to ${about}`).to.equal(null);
    return;
  }
  const { status, headers, text } = answer;
  expect(status, `${about}\n${text}`).to.be.within(200, 499);
  expect(headers['x-request-id'], about).to.match(/^[A-Za-z0-9._:/+=@-]{1,128}$/);
  if (who !== 'other') expect(text, `of the other guild: ${about}`).to.not.include(OTHER.guildId);
  // The widget's error is a page too: it is shown where the widget was to be.
  const page =
    /^\S+ \/api\/v1\/embed\/widget/.test(bytes.toString('latin1')) && /html/.test(headers['content-type'] ?? '');
  if (status >= 400 && text !== '' && !page) {
    const problem = JSON.parse(text);
    expect(problem, about).to.include({ ok: false, status });
    expect(problem.error, about).to.be.a('string').with.length.above(10);
  }
  const route = meant && routeOf(meant.id);
  if (route && meant.method === route.method && !['nobody', 'junk'].includes(who) && status !== 404) {
    const type = headers['content-type']?.split(';')[0] ?? '';
    requireDocumented(route, { status, type, text, body: /json/.test(type) ? JSON.parse(text) : {} });
  }
}

/** Random requests as bytes: some whole, some with junk in target or headers, some damaged. */
function wired(keys: Record<Who, string | null>, host: string): fc.Arbitrary<Wired> {
  const who = fc.constantFrom<Who>('owner', 'owner', 'owner', 'owner', 'owner', 'other', 'reader', 'nobody', 'junk');
  const whole = fc
    .tuple(randomRequests(ROUTES), who)
    .map(([meant, by]): Wired => ({ meant, who: by, bytes: bytesOf(meant, keys[by], host) }));
  const junky = fc
    .tuple(randomRequests(ROUTES), who, fc.option(TARGETS, { nil: '' }), fc.array(HEADERS, { maxLength: 4 }))
    .map(
      ([meant, by, target, lines]): Wired => ({
        meant: null,
        who: by,
        bytes: bytesOf(meant, keys[by], host, target, lines),
      }),
    );
  const damaged = fc
    .tuple(whole, fc.array(DAMAGE, { minLength: 1, maxLength: 3 }))
    .map(([request, all]): Wired => ({ ...request, meant: null, bytes: all.reduce(damage, request.bytes) }));
  const elsewhere = fc
    .tuple(
      fc.constantFrom(...Object.keys(DOCUMENT.paths ?? {})),
      fc.constantFrom('GET', 'POST', 'PUT', 'BREW'),
      TARGETS,
      who,
    )
    .map(([path, method, target, by]): Wired => {
      const key = keys[by] === null ? '' : `Authorization: Bearer ${keys[by]}\r\n`;
      return {
        meant: null,
        who: by,
        bytes: Buffer.from(`${method} ${path}${target} HTTP/1.1\r\nHost: ${host}\r\n${key}\r\n`),
      };
    });
  return fc.oneof(
    { weight: 6, arbitrary: whole },
    { weight: 2, arbitrary: junky },
    { weight: 2, arbitrary: damaged },
    { weight: 1, arbitrary: elsewhere },
  );
}

function bytesOf(request: RandomRequest, key: string | null, host: string, target = '', lines: string[] = []): Buffer {
  const { id, method, params, query, body, contentType, requestId } = request;
  const asked = new URLSearchParams(query).toString();
  const path = `/api/v1${pathOf(routeOf(id), params)}${asked && `?${asked}`}${target}`;
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = [
    `${method.toUpperCase()} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...(key === null ? [] : [`Authorization: Bearer ${key}`]),
    `X-Request-Id: ${requestId}`,
    ...(body === undefined ? [] : [`Content-Type: ${contentType}`, `Content-Length: ${Buffer.byteLength(text)}`]),
    ...lines,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(text)]);
}

function damage(bytes: Buffer, { way, at, byte }: { way: string; at: number; byte: number }): Buffer {
  const index = Math.floor(at * bytes.length);
  const [left, right] = [bytes.subarray(0, index), bytes.subarray(index)];
  if (way === 'cut') return left;
  if (way === 'insert') return Buffer.concat([left, Buffer.from([byte]), right]);
  if (way === 'drop') return Buffer.concat([left, right.subarray(1)]);
  if (way === 'double') return Buffer.concat([left, left, right]);
  return Buffer.concat([left, Buffer.from([(right[0] ?? 0) ^ (byte || 1)]), right.subarray(1)]);
}

async function keysOf(world: World): Promise<Record<Who, string | null>> {
  return {
    owner: world.key,
    other: world.otherKey,
    reader: await world.addKey({ scopes: ['read:status'] }),
    nobody: null,
    junk: `${world.key.slice(0, -2)}xy`,
  };
}
