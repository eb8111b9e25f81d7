import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Listening } from './api/listen/listening.ts';
import { Api } from './api/server.ts';
import { Streams } from './api/streams/streams.ts';
import { resolveName } from './api/webhooks/resolve-name.ts';
import { Webhooks } from './api/webhooks/webhooks.ts';
import { Bot } from './bot/bot.ts';
import { EmbeddedCentral } from './central/embedded-central.ts';
import { handleInteraction } from './commands/handle.ts';
import { type Config, readConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { createLog } from './config/log.ts';
import type { Log } from './shard/ports.ts';
import { Shards } from './shard/shards.ts';
import { Background } from './store/background/background.ts';
import { archiveSearch } from './store/search/archive-search.ts';
import { openStores, type Stores } from './store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from './system.ts';

/** This program's version. */
const VERSION = (JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string })
  .version;

/** How long an orderly end may take before the process is ended all the same. */
const STOP_MS = 4500;

/** How long it goes on answering, as not ready, once it is to end: whoever looks now and then sends nothing more by then. */
const LINGER_MS = 250;

/** How often a program that npm started looks whether npm is still there. */
const ORPHAN_LOOK_MS = 500;

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
  /** Resolves when everything is usable, as /readyz says. Rejects when it is stopped before. */
  whenReady(): Promise<void>;
  /** Ends it: doors and voice channels first, the disk last. Also in the middle of a start. */
  stop(): Promise<void>;
}

/**
 * Takes the data folder for this process; what an earlier run said of being ready is taken back.
 * @throws Error when another process has it
 */
export async function takeDataFolder(dataDir: string, readyFile: string | null, log: Log): Promise<Stores> {
  const stores = await openStores({ dataDir, log, clock: SYSTEM_CLOCK });
  if (readyFile) await rm(readyFile, { force: true }).catch((error: unknown) => refuseReadyFile(error, readyFile));
  return stores;
}

function refuseReadyFile(error: unknown, file: string): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new Error(`${file} cannot be written (${why}). Name another file in READY_FILE, or none.`);
}

/** Plugs the rooms together over the data folder, which is given back in the end. */
export function plug(config: Config, token: string, stores: Stores, log: Log): Program {
  const [clock, ids] = [SYSTEM_CLOCK, systemIds()];
  const stopping = new AbortController();
  const entitled = { maxNets: config.maxNets, features: config.features };
  const central = new EmbeddedCentral({ dataDir: config.dataDir, entitled, clock });
  const bot = new Bot({
    token,
    workerTokens: config.workerTokens,
    apiUrl: config.discordApiUrl,
    testGuildId: config.discordTestGuildId ?? undefined,
    mixing: { bitrate: config.mixBitrateKbps * 1000, levelling: config.mixLevelling },
    log,
    clock,
    onInteraction: (interaction, shard) => handleInteraction(interaction, shard, log),
  });
  const open = (guildId: string) => stores.open(guildId);
  const background = new Background({ clock, log });
  const search = archiveSearch(background, log);
  const shards = new Shards({
    open,
    central,
    search,
    outside: (guildId) => bot.outside(guildId),
    clock,
    ids,
    log,
    acarsCooldownMs: config.acarsCooldownSeconds * 1000,
  });
  const webhooks = new Webhooks({
    shards,
    clock,
    ids,
    log,
    version: VERSION,
    allowHttp: config.webhookAllowHttp,
    allowPrivate: config.webhookAllowPrivate,
    resolve: resolveName,
  });
  const api = new Api({
    shards,
    streams: new Streams(clock),
    listening: new Listening(clock),
    webhooks,
    host: config.host,
    port: config.port,
    name: config.shardName,
    publicUrl: config.publicUrl,
    version: VERSION,
    readiness: () => [...bot.health(), storeHealth(shards)],
    bodyLimitBytes: config.bodyLimitKib * 1024,
    limits: { perKey: config.rateLimit, perAddress: config.publicRateLimit, trustProxy: config.trustProxy },
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
      background.start();
      for (const guildId of await stores.guildIds()) await openShard(shards, guildId, log);
      await prepare?.(shards);
      webhooks.start();
      await api.start();
      await bot.start(shards);
    },
    whenReady: () => bot.whenReady(stopping.signal),
    async stop() {
      stopping.abort(new Error('The program is stopping.'));
      const lingered = wait(LINGER_MS);
      const rest = lingered.then(() => Promise.all([bot.stop(), webhooks.stop()]));
      await Promise.all([api.stop(lingered), rest]);
      await shards.stop();
      await background.stop();
      await stores.close();
    },
  };
}

/** A guild whose file is damaged is said and left out; the others run. */
async function openShard(shards: Shards, guildId: string, log: Log): Promise<void> {
  await shards.open(guildId).catch((error: unknown) => {
    log.error({ err: error, guildId }, 'the data of a guild cannot be used; the other guilds run without it');
  });
}

/** Whether changes can be written, for whoever asks whether this process is of use. */
function storeHealth(shards: Shards): { name: string; ok: boolean; detail: string } {
  const failing = shards.all().filter((shard) => !shard.writable);
  const detail = failing.length === 0 ? 'written' : `the last change was not written in ${failing.length} guilds`;
  return { name: 'store', ok: failing.length === 0, detail };
}

/** Says that everything is usable: a file for programs, written whole or not at all. */
export async function writeReadyFile(file: string, facts: object): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    refuseReadyFile(error, file);
  }
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
  if (process.env['npm_lifecycle_event']) onceOrphaned(() => !stopping && end('SIGTERM'));
}

/**
 * npm hands a signal to its shell and not to us: a program that npm started ends when that shell is gone, or `npm start`
 * would end and leave it running.
 */
function onceOrphaned(orphaned: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    orphaned();
  }, ORPHAN_LOOK_MS);
  look.unref();
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
  if (!config.discordToken) {
    const { runDemo } = await import('./demo.ts');
    return runDemo(config, log);
  }
  const stores = await takeDataFolder(config.dataDir, config.readyFile, log);
  const program = plug(config, config.discordToken, stores, log);
  const start = async () => {
    await program.start();
    for (const { name, url } of program.bot.invites()) console.log(`Invite the ${name} to your server: ${url}`);
    await program.whenReady();
    log.info({ apiUrl: program.api.url, guilds: program.shards.all().length }, 'ready');
    if (config.readyFile) await writeReadyFile(config.readyFile, { pid: process.pid, apiUrl: program.api.url });
  };
  await startOrStop(start, program.stop, log);
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
