import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { about, SETTINGS, type SettingName } from './settings.ts';
import { gather } from './sources.ts';

type Values = z.output<typeof SETTINGS>;

/** How this process is configured. docs/configuration.md says what each is for. */
export type Config = Readonly<{
  discordToken: Values['DISCORD_TOKEN'];
  workerTokens: Values['WORKER_TOKENS'];
  discordTestGuildId: Values['DISCORD_TEST_GUILD_ID'];
  discordApiUrl: Values['DISCORD_API_URL'];
  host: Values['HOST'];
  port: Values['PORT'];
  publicUrl: Values['PUBLIC_URL'];
  dataDir: Values['DATA_DIR'];
  shardName: Values['SHARD_NAME'];
  maxNets: Values['SHARD_MAX_NETS'];
  features: Values['SHARD_FEATURES'];
  bodyLimitKib: Values['OWNER_API_BODY_LIMIT_KIB'];
  rateLimit: Values['OWNER_API_RATE_LIMIT'];
  publicRateLimit: Values['OWNER_API_PUBLIC_RATE_LIMIT'];
  trustProxy: Values['TRUST_PROXY'];
  mixBitrateKbps: Values['MIX_BITRATE_KBPS'];
  mixLevelling: Values['MIX_LEVELLING'];
  acarsCooldownSeconds: Values['OWNER_API_ACARS_COOLDOWN_SECONDS'];
  webhookAllowHttp: Values['WEBHOOK_ALLOW_HTTP'];
  webhookAllowPrivate: Values['WEBHOOK_ALLOW_PRIVATE'];
  logLevel: Values['LOG_LEVEL'];
  logPretty: Values['LOG_PRETTY'];
  readyFile: Values['READY_FILE'];
  sandboxPort: Values['SANDBOX_PORT'];
}>;

/**
 * Reads settings from an environment and the text of a `.env`.
 * @throws ConfigError with everything that is wrong
 */
export function loadConfig(env: NodeJS.ProcessEnv, dotenv = '', readText = readUtf8): Config {
  const { values, problems } = gather({ env, dotenv, readText });
  const parsed = SETTINGS.safeParse(Object.fromEntries(values));
  const malformed = parsed.error?.issues.map(({ path, message }) => problemOf(path[0] as SettingName, message)) ?? [];
  if (!parsed.success || problems.length > 0) throw new ConfigError([...problems, ...malformed]);
  return toConfig(parsed.data);
}

/** Reads the settings of this process: its environment, and `.env` in the working directory. @throws ConfigError */
export function readConfig(): Config {
  let dotenv = '';
  try {
    dotenv = readUtf8('.env');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT')
      throw new ConfigError([{ name: '.env', problem: `It cannot be read: ${message}.`, description: '' }]);
  }
  return loadConfig(process.env, dotenv);
}

function readUtf8(path: string): string {
  return readFileSync(path, 'utf8');
}

function problemOf(name: SettingName, problem: string): ConfigProblem {
  return { name, problem, description: about(name).description };
}

function toConfig(values: Values): Config {
  return Object.freeze({
    discordToken: values.DISCORD_TOKEN,
    workerTokens: Object.freeze(values.WORKER_TOKENS),
    discordTestGuildId: values.DISCORD_TEST_GUILD_ID,
    discordApiUrl: values.DISCORD_API_URL,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    dataDir: values.DATA_DIR,
    shardName: values.SHARD_NAME,
    maxNets: values.SHARD_MAX_NETS,
    features: values.SHARD_FEATURES,
    bodyLimitKib: values.OWNER_API_BODY_LIMIT_KIB,
    rateLimit: values.OWNER_API_RATE_LIMIT,
    publicRateLimit: values.OWNER_API_PUBLIC_RATE_LIMIT,
    trustProxy: values.TRUST_PROXY,
    mixBitrateKbps: values.MIX_BITRATE_KBPS,
    mixLevelling: values.MIX_LEVELLING,
    acarsCooldownSeconds: values.OWNER_API_ACARS_COOLDOWN_SECONDS,
    webhookAllowHttp: values.WEBHOOK_ALLOW_HTTP,
    webhookAllowPrivate: values.WEBHOOK_ALLOW_PRIVATE,
    logLevel: values.LOG_LEVEL,
    logPretty: values.LOG_PRETTY,
    readyFile: values.READY_FILE,
    sandboxPort: values.SANDBOX_PORT,
  });
}
