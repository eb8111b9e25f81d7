import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Api } from './api/server.ts';
import { Bot } from './bot/bot.ts';
import { EmbeddedCentral } from './central/embedded-central.ts';
import { handleInteraction } from './commands/handle.ts';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { createLog } from './config/log.ts';
import type { Log } from './shard/ports.ts';
import { Shards } from './shard/shards.ts';
import { openStores } from './store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from './system.ts';

/** This program's version. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** How long an orderly end may take before the process is ended all the same. */
const STOP_MS = 4500;

/** Exit codes: 0 ended as asked, 1 failed, 78 wrongly configured (EX_CONFIG of sysexits.h). */
const FAILED = 1;

/** Everything plugged together. */
export interface Program {
  shards: Shards;
  bot: Bot;
  api: Api;
  /**
   * Starts it: the disk first, then the doors. `prepare` runs once the shards can be changed and before Discord is
   * connected. While Discord cannot be reached it goes on trying.
   */
  start(prepare?: (shards: Shards) => Promise<void>): Promise<void>;
  /** Ends it: doors first, then the voice channels, the disk last. Also in the middle of a start. */
  stop(): Promise<void>;
}

/** Plugs the rooms together. @throws Error when the data folder cannot be used */
export async function plug(config: Config, token: string, log: Log): Promise<Program> {
  const [clock, ids] = [SYSTEM_CLOCK, systemIds()];
  const stores = await openStores({ dataDir: config.dataDir, log, clock });
  const central = new EmbeddedCentral({ dataDir: config.dataDir, maxNets: config.maxNets });
  const bot = new Bot({
    token,
    workerTokens: config.workerTokens,
    apiUrl: config.discordApiUrl,
    testGuildId: config.discordTestGuildId ?? undefined,
    log,
    clock,
    onInteraction: (interaction, shard) => handleInteraction(interaction, shard, log),
  });
  const open = (guildId: string) => stores.open(guildId);
  const shards = new Shards({ open, central, voice: (guildId) => bot.voice(guildId), clock, ids, log });
  const api = new Api({
    shards,
    host: config.host,
    port: config.port,
    name: config.shardName,
    publicUrl: config.publicUrl,
    version: VERSION,
    readiness: () => bot.health(),
    bodyLimitBytes: config.bodyLimitKib * 1024,
    log,
    clock,
    ids,
  });
  return {
    shards,
    bot,
    api,
    async start(prepare) {
      await central.start();
      for (const guildId of await stores.guildIds()) await shards.open(guildId);
      await prepare?.(shards);
      await api.start();
      await bot.start(shards);
    },
    async stop() {
      await api.stop();
      await bot.stop();
      await shards.stop();
      await stores.close();
    },
  };
}

/** Says that everything is usable: a file for programs, written whole or not at all. */
export async function writeReadyFile(file: string, facts: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Ends the process in order on SIGINT and SIGTERM; a second signal, or 4.5 s, ends it at once. */
function stopOnSignals(stop: () => Promise<void>, log: Log): void {
  let stopping = false;
  const end = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(FAILED);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({ afterMs: STOP_MS }, 'could not stop in time; ending all the same');
      process.exit(FAILED);
    }, STOP_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly');
        process.exit(FAILED);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

/** Starts a program that ends on signals. What makes the start fail ends it in order, unless it is ending already. */
export async function startOrStop(start: () => Promise<void>, stop: () => Promise<void>, log: Log): Promise<void> {
  let asked = false;
  const stopOnce = () => {
    asked = true;
    return stop();
  };
  stopOnSignals(stopOnce, log);
  try {
    await start();
  } catch (error) {
    // A start that a signal broke off fails too; the signal ends the process.
    if (asked) return new Promise(() => {});
    await stop();
    throw error;
  }
}

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog({ level: config.logLevel, pretty: config.logPretty });
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected and nobody listened'));
  if (config.readyFile) await rm(config.readyFile, { force: true });
  if (!config.discordToken) {
    const { runDemo } = await import('./demo.ts');
    return runDemo(config, log);
  }
  const program = await plug(config, config.discordToken, log);
  await startOrStop(() => program.start(), program.stop, log);
  for (const { name, url } of program.bot.invites()) console.log(`Invite the ${name} to your server: ${url}`);
  log.info({ apiUrl: program.api.url, guilds: program.shards.all().length }, 'ready');
  if (config.readyFile) await writeReadyFile(config.readyFile, { pid: process.pid, apiUrl: program.api.url });
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    if (error instanceof ConfigError) {
      console.error(error.format());
      process.exit(error.exitCode);
    }
    console.error(`The shard could not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(FAILED);
  });
}
