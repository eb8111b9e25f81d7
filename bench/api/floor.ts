/** Bare Koa: the same bytes in and out, the same writes to the same kind of store, and nothing of ours between. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa, { type Context } from 'koa';
import { openTable } from '../../store/table.ts';
import { BENCH_GUILD } from './guild.ts';
import { type Ask, answerAsked, eventAction, publishPaced, type Ready, type Told } from './messages.ts';

const folder = await mkdtemp(join(tmpdir(), 'comms-bench-floor-'));
const table = await openTable<unknown>(join(folder, 'floor.sqlite'), 'journal', 'FULL');
process.on('disconnect', () => {
  void table
    .close()
    .then(() => rm(folder, { recursive: true, force: true }))
    .then(() => process.exit(0));
});

let serving: Extract<Ask, { type: 'serve' }> | undefined;
let oneRow: unknown;
let bulkRow: unknown;
let written = 0;
const readers = new Set<ServerResponse>();

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.path === '/status') {
    ctx.type = 'application/json';
    ctx.body = serving?.status;
  } else if (ctx.path === '/one') await write(ctx, oneRow, serving?.one.answer);
  else if (ctx.path === '/bulk') await write(ctx, bulkRow, serving?.bulk.answer);
  else if (ctx.path === '/stream') hold(ctx);
});

async function write(ctx: Context, row: unknown, answer: string | undefined): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  JSON.parse(Buffer.concat(chunks).toString('utf8'));
  written += 1;
  await table.set(String(written), row);
  ctx.type = 'application/json';
  ctx.body = answer;
}

function hold(ctx: Context): void {
  ctx.respond = false;
  ctx.res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  ctx.res.flushHeaders();
  readers.add(ctx.res);
  ctx.res.once('close', () => readers.delete(ctx.res));
}

/** The bytes of an event as ours sends them. */
function eventText(seq: number): string {
  const id = `evt_${String(seq).padStart(22, '0')}`;
  const data = { id, type: 'config.changed', guildId: BENCH_GUILD, at: new Date().toISOString() };
  const line = JSON.stringify({ ...data, data: { action: eventAction(seq) } });
  return `event: config.changed\nid: ${id}\ndata: ${line}\n\n`;
}

answerAsked(async (asking): Promise<Told[Ask['type']]> => {
  switch (asking.type) {
    case 'serve':
      serving = asking;
      oneRow = JSON.parse(asking.one.row);
      bulkRow = JSON.parse(asking.bulk.row);
      return { type: 'serving' };
    case 'write':
      return { type: 'written', ms: await timeWrites(asking.count) };
    case 'publish':
      return publishPaced(asking, (seqs) => {
        const text = seqs.map(eventText).join('');
        for (const reader of readers) reader.write(text);
      });
    case 'lastRow':
      throw new Error('the floor has no journal');
  }
});

async function timeWrites(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    written += 1;
    const began = performance.now();
    await table.set(String(written), oneRow);
    times.push(performance.now() - began);
  }
  return times;
}

const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ready: Ready = { type: 'ready', port, keys: [], netUids: [] };
  process.send?.(ready);
});
