import { registerByHand } from './bot/register-commands.ts';
import { readConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { createLog } from './config/log.ts';

/** `npm run commands`: registers the commands by hand, as the bot does at every start. */
async function main(): Promise<void> {
  const config = readConfig();
  if (!config.discordToken) throw new Error('set DISCORD_TOKEN: without it there is nowhere to register.');
  await registerByHand({
    token: config.discordToken,
    apiUrl: config.discordApiUrl,
    guildId: config.discordTestGuildId ?? undefined,
    log: createLog({ level: config.logLevel, pretty: config.logPretty }),
  });
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    console.error(error.format());
    process.exit(error.exitCode);
  }
  console.error(`The commands could not be registered: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
