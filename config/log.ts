import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from './config.ts';

/** Fields that are never written, at the top and up to three levels down. */
const SECRET_FIELDS = ['token', 'tokens', 'workerTokens', 'secret', 'authorization', 'Authorization', 'key'];
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];
const CENSOR = '[redacted]';

/**
 * What looks like a secret wherever it stands: our keys and webhook secrets, Discord's bot tokens, the tokens in the
 * addresses of interactions and webhooks, what follows `Bearer` and `Bot`. Each is bounded, so that a long line costs
 * little. No word boundary in front: in JSON a newline before it is a backslash and an n, which must stay together.
 */
const SECRETS: readonly [RegExp, string][] = [
  [/(sc(?:ok|sk|sh)_|whsec_)[\w+/=-]+/g, `$1${CENSOR}`],
  [/(\\[bfnrt])?[\w-]{20,40}\.[\w-]{5,10}\.[\w-]{20,80}/g, `$1${CENSOR}`],
  [/(\/(?:webhooks|interactions)\/\d{1,20}\/)[\w-]{20,}/g, `$1${CENSOR}`],
  [/(Bearer|Bot) +[^\s"\\]{20,}/g, `$1 ${CENSOR}`],
];

/** What to log, and how. */
export interface LogOptions {
  level: Config['logLevel'];
  /** For people; `auto`: when standard output is a terminal. */
  pretty: Config['logPretty'];
}

/** The log of this process: one line per event on standard output (or the given stream), no secret in it. */
export function createLog({ level, pretty }: LogOptions, stream?: DestinationStream): Logger {
  const forPeople = pretty === 'yes' || (pretty === 'auto' && process.stdout.isTTY === true);
  const colorize = process.stdout.isTTY === true;
  const print = prettyFactory({ singleLine: true, translateTime: 'SYS:HH:MM:ss.l', colorize });
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: DEPTHS.flatMap((depth) => SECRET_FIELDS.map((field) => depth + field)), censor: CENSOR },
    hooks: { streamWrite: forPeople ? (line: string) => print(scrub(line)) : scrub },
  };
  return pino(options, stream ?? pino.destination({ dest: 1, sync: true }));
}

/** The line without anything that looks like a secret; still JSON, as none of it holds a quote or a backslash. */
function scrub(line: string): string {
  let clean = line;
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
  return clean;
}
