import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Room → the rooms it may import. `ports`: only what says what a shard needs from outside, and its records. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  config: [],
  shard: [],
  store: ['ports'],
  central: ['ports'],
  commands: ['shard'],
  bot: ['shard', 'commands'],
  api: ['shard', 'web'],
  web: [],
  sandbox: [],
};
const PORTS = ['shard/ports.ts', 'shard/records.ts', 'shard/ledgers.ts', 'shard/record/events.ts'];

/** Package → the folders, or the file, it may be imported in. A new one is given a home here. */
const HOMES: Record<string, readonly string[]> = {
  zod: ['config', 'shard', 'central', 'commands', 'api', 'sandbox'],
  pino: ['config'],
  'pino-pretty': ['config'],
  keyv: ['store'],
  '@keyv/sqlite': ['store'],
  'discord.js': ['bot', 'commands'],
  '@discordjs/voice': ['bot/voice'],
  '@snazzah/davey': ['bot/voice', 'sandbox'],
  '@evan/opus': ['bot/voice', 'sandbox'],
  'prism-media': ['sandbox'],
  'discord-api-types': ['sandbox'],
  ws: ['api', 'sandbox'],
  koa: ['api', 'sandbox'],
  '@koa/router': ['api', 'sandbox'],
  '@koa/bodyparser': ['api', 'sandbox'],
  'zod-openapi': ['api'],
  'ipaddr.js': ['api'],
  'prom-client': ['api/metrics.ts'],
  'swagger-ui-dist': ['web'],
};

/** Of Node itself the shard uses what computes and nothing that waits, reads or writes. */
const SHARD_BUILTINS = ['node:crypto', 'node:zlib'];

/** Time, chance and settings are given to a shard. */
const NOT_IN_SHARD =
  /process\.|Date\.now\(|new Date\(\)|Math\.random|\bset(?:Timeout|Interval|Immediate)\(|\bperformance\./;

interface Import {
  /** Path inside the repository of the file that imports. */
  file: string;
  /** Path inside the repository, or the name as it stands there. */
  what: string;
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => posix.join(entry.parentPath.slice(ROOT.length), entry.name));
}

/** Static imports and exports begin a line; dynamic ones and the types of `import('…')` stand anywhere. */
const IMPORT =
  /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string, source = read(file)): Import[] {
  return [...source.matchAll(IMPORT)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return { file, what: name.startsWith('.') ? posix.join(posix.dirname(file), name) : name };
  });
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const roomOf = (path: string) => (path.includes('/') ? (path.split('/')[0] as string) : '');

const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/** What is wrong with an import; undefined when nothing is. */
function wrong({ file, what }: Import): string | undefined {
  const room = roomOf(file);
  if (what.startsWith('node:')) {
    return room === 'shard' && !SHARD_BUILTINS.includes(what) ? `${file} imports ${what}` : undefined;
  }
  if (!what.endsWith('.ts')) {
    const homes = HOMES[packageOf(what)] ?? [];
    return homes.some((home) => file === home || file.startsWith(`${home}/`))
      ? undefined
      : `${file} imports the package ${what}`;
  }
  const other = roomOf(what);
  const may = MAY_IMPORT[room] ?? [];
  const allowed = other === room || may.includes(other) || (may.includes('ports') && PORTS.includes(what));
  return allowed ? undefined : `${file} imports ${what}`;
}

/** The source without its comments. */
const code = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');

describe('Who imports whom', () => {
  for (const room of Object.keys(MAY_IMPORT)) {
    it(`${room} imports only what it may`, () => {
      const files = filesOf(room);
      expect(files, `no file in ${room}`).not.to.have.length(0);
      const imports = files.flatMap((file) => importsOf(file));
      expect(imports, `no import in ${room}`).not.to.have.length(0);
      expect(imports.flatMap((one) => wrong(one) ?? [])).to.deep.equal([]);
    });
  }

  it('there is no room beside these', () => {
    const others = ['bench', 'coverage', 'data', 'docs', 'node_modules', 'test'];
    const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = folders.map((entry) => entry.name).filter((name) => !name.startsWith('.') && !others.includes(name));
    expect(names).to.have.members(Object.keys(MAY_IMPORT));
  });

  it('main and demo start the sandbox as a program and import nothing of it', () => {
    const files = readdirSync(ROOT).filter((name) => name.endsWith('.ts'));
    const imports = files.flatMap((file) => importsOf(file));
    expect(imports, 'no import').not.to.have.length(0);
    expect(imports.filter(({ what }) => roomOf(what) === 'sandbox')).to.deep.equal([]);
  });

  it('the shard takes time, chance and settings from nobody but its ports', () => {
    const files = filesOf('shard');
    expect(files).not.to.have.length(0);
    const found = files.flatMap((file) => NOT_IN_SHARD.exec(code(read(file)))?.[0].concat(` in ${file}`) ?? []);
    expect(found).to.deep.equal([]);
  });

  it('a Keyv is made in one place', () => {
    const makers = Object.keys(MAY_IMPORT)
      .flatMap(filesOf)
      .filter((file) => /\bnew Keyv\b|\bcreateKeyv\b/.test(code(read(file))));
    expect(makers).to.deep.equal(['store/table.ts']);
  });

  it('finds imports in every form', () => {
    const source = `import a from '../store/a.ts';
import {
  type B,
} from "../bot/b.ts";
import './c.ts';
export { d } from 'koa';
const e = await import('@discordjs/voice');
type F = import('node:fs').Stats;
// from 'nowhere'
const text = "import x from 'y'";`;
    expect(importsOf('shard/nets/x.ts', source).map(({ what }) => what)).to.deep.equal([
      'shard/store/a.ts',
      'shard/bot/b.ts',
      'shard/nets/c.ts',
      'koa',
      '@discordjs/voice',
      'node:fs',
    ]);
  });

  it('refuses what is not allowed', () => {
    const refused = [
      ['shard/nets/x.ts', 'store/stores.ts'],
      ['store/x.ts', 'shard/shard.ts'],
      ['commands/x.ts', 'bot/bot.ts'],
      ['api/x.ts', 'commands/index.ts'],
      ['sandbox/x.ts', 'shard/ports.ts'],
      ['bot/x.ts', 'main.ts'],
      ['bot/x.ts', '@discordjs/voice'],
      ['bot/x.ts', 'keyv'],
      ['web/x.ts', 'shard/shard.ts'],
      ['shard/x.ts', 'web/pages.ts'],
      ['api/x.ts', 'left-pad'],
      ['api/x.ts', 'prom-client'],
      ['shard/x.ts', 'node:fs'],
    ];
    for (const [file = '', what = ''] of refused) expect(wrong({ file, what }), `${file} ${what}`).to.be.a('string');
    const allowed = [
      ['store/x.ts', 'shard/record/events.ts'],
      ['bot/x.ts', 'commands/index.ts'],
      ['bot/voice/x.ts', '@discordjs/voice'],
      ['sandbox/x.ts', 'discord-api-types/v10'],
      ['shard/x.ts', 'node:crypto'],
    ];
    for (const [file = '', what = ''] of allowed) expect(wrong({ file, what }), `${file} ${what}`).to.equal(undefined);
  });
});
