import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

interface Ready {
  type: string;
  url: string;
  apiUrl: string;
  certificate: string;
  guildId: string;
  otherGuildId: string;
  bots: { id: string; name: string; token: string }[];
  world: { members: { id: string; name: string }[] };
}

const MAIN = join(import.meta.dirname, '../../../sandbox/main.ts');

describe('The sandbox as a program', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  const env = (port: number) => ({ ...process.env, DATA_DIR: dataDir, SANDBOX_PORT: String(port) });

  async function start(): Promise<{ child: ChildProcess; ready: Ready }> {
    const child = fork(MAIN, { env: env(0), stdio: 'ignore' });
    children.push(child);
    const [ready] = (await once(child, 'message')) as [Ready];
    return { child, ready };
  }

  async function post(ready: Ready, path: string, body: unknown): Promise<{ id: string }> {
    const response = await fetch(`${ready.url}/sandbox/v1${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as { id: string };
  }

  it('tells its parent all it needs to know', async () => {
    const { ready } = await start();
    expect(ready).to.include({ type: 'ready', apiUrl: `${ready.url}/api` });
    expect(ready.bots).to.have.length(5);
    expect(ready.certificate).to.match(/BEGIN CERTIFICATE/);
    expect(await readFile(join(dataDir, 'sandbox/voice-ca.pem'), 'utf8')).to.equal(ready.certificate);
    expect((await stat(join(dataDir, 'sandbox/world.json'))).mode & 0o777).to.equal(0o600);
  });

  it('keeps people, roles and channels over a kill, with the same ids and tokens', async () => {
    const first = await start();
    const guild = `/guilds/${first.ready.guildId}`;
    const role = await post(first.ready, `${guild}/roles`, { name: 'Scout' });
    const channel = await post(first.ready, `${guild}/channels`, { name: 'Delta', type: 'voice' });
    const person = await post(first.ready, `${guild}/members`, { name: 'New Person', roleIds: [role.id] });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start();
    expect(second.ready.bots).to.deep.equal(first.ready.bots);
    expect(second.ready.guildId).to.equal(first.ready.guildId);
    const state = (await (await fetch(`${second.ready.url}/sandbox/v1/state`)).json()) as {
      guilds: { channels: { id: string }[]; members: { id: string; roleIds: string[] }[] }[];
    };
    expect(state.guilds[0]?.channels.map(({ id }) => id)).to.include(channel.id);
    expect(state.guilds[0]?.members.find(({ id }) => id === person.id)?.roleIds).to.deep.equal([role.id]);
  });

  it('ignores signals while its parent lives, and ends when told or left alone', async () => {
    const told = await start();
    told.child.kill('SIGINT');
    told.child.kill('SIGTERM');
    expect((await fetch(`${told.ready.url}/sandbox/v1/state`)).status).to.equal(200);
    told.child.send({ type: 'stop' });
    expect(await once(told.child, 'exit')).to.deep.equal([0, null]);
    const left = await start();
    left.child.disconnect();
    expect(await once(left.child, 'exit')).to.deep.equal([0, null]);
  });

  it('ends on a signal when it runs alone, after printing how to use it', async () => {
    const child = spawn(process.execPath, [MAIN], { env: env(0) });
    children.push(child);
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    expect(text.toString()).to.match(/127\.0\.0\.1:\d+[\s\S]*NODE_EXTRA_CA_CERTS=[\s\S]*Comms Voice 4 /);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
  });

  it('says so when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const child = spawn(process.execPath, [MAIN], { env: env((other.address() as AddressInfo).port) });
    children.push(child);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await once(child, 'exit')).to.deep.equal([1, null]);
    expect(text).to.match(/Port \d+ is taken/);
    other.close();
  });
});
