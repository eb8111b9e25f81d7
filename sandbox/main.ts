import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Sandbox } from './sandbox.ts';
import { displayName } from './world/model.ts';
import { userOf } from './world/payloads.ts';

const env = z
  .object({
    /** 0 takes a free port. */
    SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(25_600),
    DATA_DIR: z.string().min(1).default('./data'),
  })
  .safeParse(process.env);

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

if (!env.success) fail(`The sandbox cannot start. ${z.prettifyError(env.error)}`);
const { SANDBOX_PORT: port, DATA_DIR } = env.data;
const dataDir = resolve(DATA_DIR);
const certificatePath = join(dataDir, 'sandbox', 'voice-ca.pem');
const isChild = process.send !== undefined;
const sandbox = new Sandbox({ dataDir, port, log: (line) => console.error(`sandbox: ${line}`) });

/** What a parent process needs to know; it sends nothing but `{type: 'stop'}`. */
function readyMessage() {
  const { world, url, apiUrl, certificate, guildId, otherGuildId, bots } = sandbox;
  const guild = world.guilds.get(guildId);
  return {
    type: 'ready',
    url,
    apiUrl,
    certificate,
    guildId,
    otherGuildId,
    bots,
    world: {
      roles: [...(guild?.roles.values() ?? [])].map(({ id, name }) => ({ id, name })),
      channels: [...(guild?.channels.values() ?? [])].map(({ id, name, type }) => ({ id, name, type })),
      members: [...(guild?.members.values() ?? [])].map((member) => {
        const user = userOf(world, member.userId);
        return { id: user.id, name: displayName(user, member), bot: user.bot, roleIds: member.roleIds };
      }),
    },
  };
}

function printForPeople(): void {
  const { url, apiUrl, guildId, bots } = sandbox;
  const tokens = bots.map(({ name, token }) => `  ${name.padEnd(16)} ${token}`);
  console.log(
    [
      `A Discord to try things in: ${url}`,
      `Control API:  curl ${url}/sandbox/v1/state`,
      `Demo guild:   ${guildId}`,
      `discord.js:   new Client({ intents, rest: { api: '${apiUrl}' } })`,
      `Voice:        start the bot with NODE_EXTRA_CA_CERTS=${certificatePath}`,
      'Bot tokens (good for this sandbox only):',
      ...tokens,
    ].join('\n'),
  );
}

async function stop(): Promise<void> {
  setTimeout(() => process.exit(1), 4000).unref(); // whatever hangs, hangs no longer than this
  await sandbox.stop();
  process.exit(0);
}

/** A child ends when its parent says so or is gone, so that the parent can leave its voice channels first. */
function endWithParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('message', (message) => {
    if (z.object({ type: z.literal('stop') }).safeParse(message).success) void stop();
  });
  process.on('disconnect', () => void stop());
}

function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

if (isChild) endWithParent();
else endOnSignals();

try {
  await sandbox.start();
  await mkdir(join(dataDir, 'sandbox'), { recursive: true });
  await writeFile(certificatePath, sandbox.certificate);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') fail(`Port ${port} is taken. Set SANDBOX_PORT to another one, or to 0 for a free one.`);
  fail(`The sandbox cannot start: ${message}`);
}
if (isChild) process.send?.(readyMessage());
else printForPeople();
