import { about, SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts';

const BY_HAND = 'Printed by `npm run docs` from config/settings.ts: change it there.';

/** The text of `.env.example`. */
export function envExample(): string {
  const settings = SETTING_NAMES.map((name) => {
    const { description, form } = about(name);
    return [...wrap(description), `# Form: ${form}.`, `#${name}=${defaultOf(name) ?? ''}`].join('\n');
  });
  return [
    '# Copy this file to .env and set what you need; every setting is optional.',
    `# ${BY_HAND}`,
    '',
    settings.join('\n\n'),
    '',
  ].join('\n');
}

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { description, form, secret } = about(name);
    const value = defaultOf(name);
    const names = secret ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
    return `| ${names} | ${description} | ${form} | ${value === undefined ? 'unset' : `\`${value}\``} |`;
  });
  return `# Configuration

<!-- ${BY_HAND} -->

Settings come from the environment of the process and from a file \`.env\` in its working directory; the environment goes
first. What is empty is unset. Every setting is optional.

| Setting | What it is for | Form | Default |
|---|---|---|---|
${rows.join('\n')}

A secret may come from a file instead, such as a Docker secret: \`DISCORD_TOKEN_FILE=/run/secrets/discord_token\`. A newline at
its end is not part of it. Secrets are never logged.

The start stops with exit code 78 and a list of everything that is wrong when a setting is malformed, when \`.env\` holds a
name that is not in the table, or when the environment holds one that begins with \`SHARD_\`, \`DISCORD_\`, \`WORKER_\`,
\`SANDBOX_\`, \`OWNER_API_\` or \`LOG_\` and is not in the table: it is a typing mistake more often than not.
`;
}

function defaultOf(name: SettingName): string | undefined {
  const value = SETTINGS.shape[name].parse(undefined);
  return value === null || Array.isArray(value) ? undefined : String(value);
}

/** Comment lines of at most 100 characters. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
