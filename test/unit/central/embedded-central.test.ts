import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EmbeddedCentral } from '../../../central/embedded-central.ts';
import type { EntitledFeature } from '../../../shard/ports.ts';
import type { KeyRecord } from '../../../shard/records.ts';
import { GivenClock } from '../../support/given.ts';

const key = (id: string, revokedAt: string | null = null): KeyRecord => ({
  id,
  name: 'dashboard',
  kind: 'owner',
  hash: 'ab'.repeat(32),
  scopes: ['read:nets'],
  createdBy: '1',
  createdAt: '2026-11-21T12:00:00.000Z',
  expiresAt: null,
  revokedAt,
});

describe('The central inside the process', () => {
  let dataDir = '';
  const file = () => join(dataDir, 'central.json');
  const given = async (maxNets = 3) => {
    const central = new EmbeddedCentral({
      dataDir,
      entitled: { maxNets, features: ['acars'] },
      clock: new GivenClock(),
    });
    await central.start();
    return central;
  };
  const held = async () => JSON.parse(await readFile(file(), 'utf8')).keys;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'comms-central-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('makes one secret for good, for the owner alone, and derives another one from it for each guild', async () => {
    const first = await given();
    const secretFile = join(dataDir, 'secret.json');
    if (process.platform !== 'win32') expect((await stat(secretFile)).mode & 0o777).to.equal(0o600);
    const secret = Buffer.from(first.guildSecret('1000'));
    expect(secret).to.have.length(32);
    expect(Buffer.from(first.guildSecret('1001')).equals(secret)).to.equal(false);
    expect(Buffer.from((await given()).guildSecret('1000')).equals(secret)).to.equal(true);
    expect(await readFile(secretFile, 'utf8')).not.to.include(secret.toString('base64'));
    await rm(secretFile);
    expect(Buffer.from((await given()).guildSecret('1000')).equals(secret)).to.equal(false);
  });

  it('refuses a secret that is damaged or too short, and makes no other in its place', async () => {
    for (const content of ['{', '{"format":1,"secret":"c2hvcnQ="}', '{"format":2}']) {
      await writeFile(join(dataDir, 'secret.json'), content);
      const refused = await given().catch((error: unknown) => String(error));
      expect(refused).to.include('secret.json').and.to.include('Put back a copy');
      expect(refused).not.to.include('c2hvcnQ');
      expect(await readFile(join(dataDir, 'secret.json'), 'utf8')).to.equal(content);
    }
  });

  it('has no secret before it was started', () => {
    const entitled = { maxNets: 1, features: [] };
    const central = new EmbeddedCentral({ dataDir, entitled, clock: new GivenClock() });
    expect(() => central.guildSecret('1000')).to.throw('not started');
  });

  describe('asked about a change', () => {
    const ask = async (
      netsBefore: number,
      netCount: number,
      turnsOn: EntitledFeature[] = [],
      [maxNetsBefore, maxNets] = [50, 50],
    ) => {
      const request = { guildId: '1000', command: 'any', actor: { kind: 'person' as const, id: '1' } };
      const terms = { netsBefore, netCount, maxNetsBefore, maxNets, turnsOn };
      return (await given()).approve({ ...request, ...terms });
    };

    it('approves nets up to what the guild is entitled to', async () => {
      expect(await ask(2, 3)).to.deep.equal({ approved: true });
    });

    it('refuses one more, and says why', async () => {
      const answer = await ask(3, 4);
      expect(answer).to.have.property('approved', false);
      expect(answer).to.have.property('reason').that.contains('entitled to 3 nets');
    });

    it('approves what adds no net when there are too many, above all removing one', async () => {
      expect(await ask(9, 9)).to.deep.equal({ approved: true });
      expect(await ask(9, 8)).to.deep.equal({ approved: true });
    });

    it('refuses to raise the limit of a guild above what it is entitled to, and approves to lower it', async () => {
      expect(await ask(1, 1, [], [2, 4])).to.have.property('approved', false);
      expect(await ask(1, 1, [], [2, 3])).to.deep.equal({ approved: true });
      expect(await ask(1, 1, [], [50, 40])).to.deep.equal({ approved: true });
    });

    it('approves features that the guild is entitled to and refuses others, and says why', async () => {
      expect(await ask(1, 1, ['acars'])).to.deep.equal({ approved: true });
      const answer = await ask(1, 1, ['acars', 'public-net']);
      expect(answer).to.have.property('approved', false);
      expect(answer).to.have.property('reason').that.contains('not entitled to public-net');
    });

    it('says what a guild is entitled to', async () => {
      expect(await (await given()).entitlements()).to.deep.equal({ maxNets: 3, features: ['acars'] });
    });
  });

  it('holds the key records of each guild over restarts', async () => {
    const central = await given();
    await Promise.all([central.holdKeys('1000', [key('a')]), central.holdKeys('2000', [key('b')])]);
    await (await given()).holdKeys('1000', [key('a'), key('c')]);
    expect(await held()).to.deep.equal({ '1000': [key('a'), key('c')], '2000': [key('b')] });
  });

  it('holds the last checkpoint of each guild over restarts, in a file of its own', async () => {
    const central = await given();
    expect(await central.checkpoint('1000')).to.equal(null);
    const held = await central.holdCheckpoint('1000', { version: 7, hash: 'abc' });
    expect(held).to.include({ version: 7, hash: 'abc' }).and.to.have.property('at').that.matches(/Z$/);
    await central.holdCheckpoint('2000', { version: 1, hash: 'def' });
    expect(await (await given()).checkpoint('1000')).to.deep.equal(held);
    expect((await stat(join(dataDir, 'checkpoints.json'))).mode & 0o777).to.equal(0o600);
  });

  it('writes its file for the owner of the process alone, and leaves nothing beside it', async () => {
    await (await given()).holdKeys('1000', [key('a')]);
    expect((await stat(file())).mode & 0o777).to.equal(0o600);
    expect(await readdir(dataDir)).to.have.members(['central.json', 'secret.json']);
  });

  it('writes nothing when nothing changed', async () => {
    await (await given()).holdKeys('1000', []);
    expect(await readdir(dataDir)).to.deep.equal(['secret.json']);
    await (await given()).holdKeys('1000', [key('a')]);
    const before = (await stat(file())).ino;
    const central = await given();
    await central.holdKeys('1000', [key('a')]);
    expect((await stat(file())).ino).to.equal(before);
    await central.holdKeys('1000', [key('a', '2026-11-21T13:00:00.000Z')]);
    expect((await stat(file())).ino).not.to.equal(before);
  });

  it('says when its file cannot be written, and writes it when it is told the same again', async () => {
    const central = await given();
    await rm(dataDir, { recursive: true });
    const failed = await central.holdKeys('1000', [key('a')]).catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'ENOENT');
    await mkdir(dataDir);
    await central.holdKeys('1000', [key('a')]);
    expect(await held()).to.deep.equal({ '1000': [key('a')] });
  });

  it('does not start over a file that it cannot read', async () => {
    for (const text of ['{"format":1,"keys":', '{"format":2,"keys":{}}', '{"format":1,"keys":{"1":[{"id":1}]}}']) {
      await writeFile(file(), text);
      const error = await given().catch((reason: Error) => reason);
      expect(error).to.be.an('error').with.property('message').that.contains('damaged or of a newer version');
    }
  });
});
