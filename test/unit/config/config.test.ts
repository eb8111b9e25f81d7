import { expect } from 'chai';
import { loadConfig } from '../../../config/config.ts';
import { ConfigError } from '../../../config/config-error.ts';

const TOKEN = `${'A'.repeat(26)}.abcdef.${'x'.repeat(38)}`;
const WORKER = `${'B'.repeat(26)}.abcdef.${'y'.repeat(38)}`;

/** What is wrong, as name → sentence. */
function problems(
  env: Record<string, string>,
  dotenv = '',
  files: Record<string, string> = {},
): Record<string, string> {
  try {
    loadConfig(env, dotenv, (path) => readFrom(files, path));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ name, problem }) => [name, problem]));
  }
  return {};
}

function readFrom(files: Record<string, string>, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

describe('The configuration', () => {
  it('is complete when nothing is set', () => {
    expect(loadConfig({})).to.deep.equal({
      discordToken: null,
      workerTokens: [],
      discordTestGuildId: null,
      discordApiUrl: 'https://discord.com/api',
      host: '127.0.0.1',
      port: 25588,
      publicUrl: null,
      dataDir: './data',
      shardName: 'Comms Shard',
      maxNets: 249,
      features: ['acars', 'global-ptt', 'org-link', 'public-net', 'ready-checks'],
      bodyLimitKib: 64,
      rateLimit: 120,
      publicRateLimit: 60,
      trustProxy: [],
      mixBitrateKbps: 64,
      mixLevelling: true,
      acarsCooldownSeconds: 60,
      webhookAllowHttp: false,
      webhookAllowPrivate: false,
      logLevel: 'info',
      logPretty: 'auto',
      readyFile: null,
      sandboxPort: 25600,
    });
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig({ WORKER_TOKENS: WORKER });
    expect(config).to.be.frozen;
    expect(config.workerTokens).to.be.frozen;
  });

  it('takes the environment before .env, and other names of the environment are not its business', () => {
    const config = loadConfig({ PORT: '1', PATH: '/bin', HOME: '/root' }, 'PORT=2\nHOST=0.0.0.0 # all\n');
    expect([config.port, config.host]).to.deep.equal([1, '0.0.0.0']);
  });

  it('counts what is empty as unset, also where .env says something', () => {
    expect(loadConfig({ PORT: '', DISCORD_TOKEN: '' }, `PORT=2\nDISCORD_TOKEN=${TOKEN}\nHOST=\n`)).to.deep.include({
      port: 25588,
      discordToken: null,
      host: '127.0.0.1',
    });
  });

  it('reads proxies as a number of hops or as addresses and ranges', () => {
    const trusted = (TRUST_PROXY: string) => loadConfig({ TRUST_PROXY }).trustProxy;
    expect(trusted('2')).to.equal(2);
    expect(trusted('127.0.0.1, 10.0.0.0/8 ::1,2001:db8::/32')).to.deep.equal([
      ...['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'],
    ]);
    for (const wrong of [
      '0',
      '11',
      '-1',
      'true',
      '10.0.0.0/33',
      '::/129',
      '10.0.0/8',
      '1.1.1.1/8/8',
      '1 10.0.0.1',
      '/8',
    ]) {
      expect(problems({ TRUST_PROXY: wrong })['TRUST_PROXY'], wrong).to.include('number of proxies');
    }
  });

  it('reads every form', () => {
    const env = {
      DISCORD_TOKEN: TOKEN,
      WORKER_TOKENS: ` ${WORKER},\n${WORKER.replaceAll('B', 'C')} `,
      DISCORD_TEST_GUILD_ID: '123456789012345678',
      DISCORD_API_URL: 'http://127.0.0.1:8080/api/',
      PORT: '0',
      PUBLIC_URL: 'https://shard.example.org',
      SHARD_MAX_NETS: '120',
      LOG_LEVEL: 'debug',
      LOG_PRETTY: 'no',
    };
    expect(loadConfig(env)).to.deep.include({
      discordToken: TOKEN,
      workerTokens: [WORKER, WORKER.replaceAll('B', 'C')],
      discordTestGuildId: '123456789012345678',
      discordApiUrl: 'http://127.0.0.1:8080/api',
      port: 0,
      publicUrl: 'https://shard.example.org',
      maxNets: 120,
      logLevel: 'debug',
      logPretty: 'no',
    });
  });

  for (const [name, value, says] of [
    ['PORT', '65536', 'from 0 to 65535'],
    ['PORT', '-1', 'from 0 to 65535'],
    ['PORT', '80.5', 'from 0 to 65535'],
    ['PORT', '0x50', 'from 0 to 65535'],
    ['SHARD_MAX_NETS', '0', 'from 1 to 249'],
    ['SHARD_MAX_NETS', '250', 'from 1 to 249'],
    ['OWNER_API_BODY_LIMIT_KIB', '1e9', 'from 1 to 1024'],
    ['DISCORD_API_URL', 'ftp://discord.com', 'http:// or https://'],
    ['PUBLIC_URL', 'shard.example.org', 'http:// or https://'],
    ['DISCORD_TEST_GUILD_ID', 'my guild', '1 to 20 digits'],
    ['SHARD_NAME', 'x'.repeat(65), '1 to 64 characters'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['LOG_PRETTY', 'true', 'auto, yes, no'],
    ['DISCORD_TOKEN', 'hunter2', 'https://discord.com/developers/applications'],
    ['DISCORD_TOKEN', `Bot ${TOKEN}`, 'not a bot token'],
    ['WORKER_TOKENS', `${WORKER}, hunter2`, 'number 2 is not a bot token'],
    ['WORKER_TOKENS', `${WORKER},${WORKER}`, 'numbers? 1 and 2 are for the same account'],
  ] as const) {
    it(`refuses ${name}=${value.length > 20 ? `${value.slice(0, 20)}…` : value}`, () => {
      const found = problems({ [name]: value });
      expect(Object.keys(found)).to.deep.equal([name]);
      expect(found[name]).to.match(new RegExp(says));
    });
  }

  it('refuses the main bot as a worker, also under another token', () => {
    const found = problems({ DISCORD_TOKEN: TOKEN, WORKER_TOKENS: `${WORKER} ${TOKEN.replaceAll('x', 'z')}` });
    expect(found['WORKER_TOKENS']).to.contain('number 2').and.to.contain('main bot');
  });

  it('refuses any unknown name in .env', () => {
    expect(problems({}, 'PROT=1\nPORT=1\nport=2')).to.have.all.keys('PROT', 'port');
  });

  it('refuses an unknown name in the environment when it begins like ours', () => {
    const env = {
      SHARD_X: '',
      DISCORD_TOKN: '1',
      WORKER_X: '1',
      SANDBOX_X: '1',
      OWNER_API_X: '1',
      LOG_X: '1',
      PROT: '1',
    };
    expect(problems(env)).to.have.all.keys('SHARD_X', 'DISCORD_TOKN', 'WORKER_X', 'SANDBOX_X', 'OWNER_API_X', 'LOG_X');
  });

  describe('from the file of a secret', () => {
    it('is read without the newline at the end', () => {
      const files = { '/run/token': `${TOKEN}\n`, '/run/workers': `${WORKER}\r\n` };
      const env = { DISCORD_TOKEN_FILE: '/run/token', WORKER_TOKENS_FILE: '/run/workers' };
      expect(loadConfig(env, '', (path) => readFrom(files, path))).to.deep.include({
        discordToken: TOKEN,
        workerTokens: [WORKER],
      });
    });

    it('is refused when the setting is there too, wherever each stands', () => {
      const files = { '/run/token': TOKEN };
      const found = problems({ DISCORD_TOKEN_FILE: '/run/token' }, `DISCORD_TOKEN=${TOKEN}`, files);
      expect(found['DISCORD_TOKEN_FILE']).to.contain('Set one of them');
    });

    it('is refused when there is no such file, or nothing in it', () => {
      const found = problems({ DISCORD_TOKEN_FILE: '/a', WORKER_TOKENS_FILE: '/b' }, '', { '/b': '\n' });
      expect(found['DISCORD_TOKEN_FILE']).to.contain('no such file');
      expect(found['WORKER_TOKENS_FILE']).to.contain('is empty');
    });

    it('is refused for what is no secret', () => {
      expect(problems({ LOG_LEVEL_FILE: '/a' })['LOG_LEVEL_FILE']).to.contain('set LOG_LEVEL');
    });
  });

  describe('when it is wrong', () => {
    const failed = (() => {
      try {
        return loadConfig({ PORT: 'abc', DISCORD_TOKEN: 'hunter2', SHARD_NAEM: 'x' });
      } catch (error) {
        return error;
      }
    })();

    it('ends with exit code 78 and lists everything at once, each with what it is for', () => {
      expect(failed).to.be.instanceOf(ConfigError).with.property('exitCode', 78);
      const text = (failed as ConfigError).format();
      expect(text).to.contain('3 settings are wrong').and.to.contain('Port of the Owner API');
      for (const name of ['PORT', 'DISCORD_TOKEN', 'SHARD_NAEM'])
        expect(text).to.match(new RegExp(`^ {2}${name}$`, 'm'));
    });

    it('says nothing of a secret', () => {
      expect(JSON.stringify(failed) + (failed as ConfigError).format()).not.to.contain('hunter2');
    });
  });
});
