import { parseEnv } from 'node:util';
import type { ConfigProblem } from './config-error.ts';
import { about, SETTING_NAMES, type SettingName } from './settings.ts';

/** Where settings come from. */
export interface Sources {
  env: Readonly<Record<string, string | undefined>>;
  /** What `.env` holds; empty when there is none. */
  dotenv: string;
  /** The text of a file, for secrets. Throws when it cannot be read. */
  readText: (path: string) => string;
}

/** Names in the environment that begin like this are ours: one that we do not know is a mistake. */
const PREFIXES = ['SHARD_', 'DISCORD_', 'WORKER_', 'SANDBOX_', 'OWNER_API_', 'LOG_'];

const SECRETS = SETTING_NAMES.filter((name) => about(name).secret);
const KNOWN: ReadonlySet<string> = new Set([...SETTING_NAMES, ...SECRETS.map((name) => `${name}_FILE`)]);

/**
 * The text of every setting that is set, and what is wrong with the names. The environment goes before `.env`, also when
 * it is empty there; what is empty is unset.
 */
export function gather({ env, dotenv, readText }: Sources): {
  values: Map<SettingName, string>;
  problems: ConfigProblem[];
} {
  const file = parseEnv(dotenv.replace(/^\uFEFF/, ''));
  const merged = { ...file, ...env };
  const problems = [...unknownNames(Object.keys(file), '.env'), ...unknownNames(Object.keys(env).filter(isOurs))];
  const values = new Map<SettingName, string>();
  for (const name of SETTING_NAMES) {
    if (merged[name]) values.set(name, merged[name]);
  }
  for (const name of SECRETS) {
    const path = merged[`${name}_FILE`];
    if (!path) continue;
    const problem = values.has(name)
      ? `Both ${name} and ${name}_FILE are set. Set one of them.`
      : readSecret(name, path, readText, values);
    if (problem) problems.push({ name: `${name}_FILE`, problem, description: about(name).description });
  }
  return { values, problems };
}

const isOurs = (name: string) => PREFIXES.some((prefix) => name.startsWith(prefix));

function unknownNames(names: readonly string[], where = 'the environment'): ConfigProblem[] {
  return names
    .filter((name) => !KNOWN.has(name))
    .map((name) => ({
      name,
      problem: `It stands in ${where}, but there is no such setting.${hint(name)}`,
      description: '',
    }));
}

function hint(name: string): string {
  const setting = name.replace(/_FILE$/, '');
  return name !== setting && KNOWN.has(setting) ? ` Only a secret may come from a file: set ${setting}.` : '';
}

/** Files of secrets end in a newline that is not part of the secret. */
function readSecret(
  name: SettingName,
  path: string,
  readText: (path: string) => string,
  values: Map<SettingName, string>,
): string | undefined {
  try {
    const text = readText(path).replace(/\r?\n$/, '');
    if (text === '') return `The file ${path} is empty.`;
    values.set(name, text);
    return undefined;
  } catch (error) {
    return `The file cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
