import { isIP } from 'node:net';
import { z } from 'zod';

const WHERE_TOKENS_ARE =
  'Copy it from https://discord.com/developers/applications: your application, Bot, Reset Token. It has three parts with dots between them.';

/** What the documentation says about a setting besides its default. */
export interface About {
  description: string;
  /** May also come from the file that `<NAME>_FILE` names, and is never shown. */
  secret?: boolean;
  /** What is allowed, in words. */
  form: string;
}

function setting<S extends z.ZodType>(schema: S, about: About): S {
  return schema.meta({ ...about });
}

/** A sentence for a value that is wrong; never the value itself, it may be a secret. */
const wrong = (what: string) => ({ error: () => what });

function wholeNumber(min: number, max: number) {
  const error = wrong(`It must be a whole number from ${min} to ${max}.`);
  return z
    .string()
    .regex(/^\d{1,9}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error));
}

const webUrl = z
  .url({ protocol: /^https?$/, ...wrong('It must be a URL that starts with http:// or https://.') })
  .transform((url) => url.replace(/\/+$/, ''));

const token = z
  .string()
  .regex(/^[\w-]{10,}\.[\w-]{4,}\.[\w-]{10,}$/, wrong(`It is not a bot token. ${WHERE_TOKENS_ARE}`));

/** The part of a token before the first dot says which account it is for. */
const account = (text: string) => text.split('.')[0];

const workerTokens = z.string().transform((text, context) => {
  const tokens = text.split(/[\s,]+/).filter((part) => part !== '');
  for (const [index, one] of tokens.entries()) {
    const first = tokens.findIndex((other) => account(other) === account(one));
    const problem = !token.safeParse(one).success
      ? `Its token number ${index + 1} is not a bot token. ${WHERE_TOKENS_ARE}`
      : first < index &&
        `Its tokens number ${first + 1} and ${index + 1} are for the same account. Make a bot for each.`;
    if (problem) context.addIssue({ code: 'custom', message: problem });
  }
  return tokens as readonly string[];
});

const text = (max: number) =>
  z
    .string()
    .regex(new RegExp(`^[^\\p{Cc}]{1,${max}}$`, 'u'), wrong(`It must have 1 to ${max} characters, all printable.`));

const ENTITLED = ['acars', 'global-ptt', 'org-link', 'public-net', 'ready-checks'] as const;

const entitledFeatures = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((word) => word !== '' && word !== 'none'))
  .pipe(z.array(z.enum(ENTITLED, wrong(`It must name features of ${ENTITLED.join(', ')}, or be none.`))));

/** An address, or a range of them as `10.0.0.0/8`. */
function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

const PROXIES = 'It must be the number of proxies, 1 to 10, or name their addresses or ranges, such as 10.0.0.0/8.';

const proxies = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .refine((words) => isHops(words) || words.every(isRange), wrong(PROXIES))
  .transform((words): number | readonly string[] => (isHops(words) ? Number(words[0]) : Object.freeze(words)));

const isHops = (words: readonly string[]) => words.length === 1 && /^([1-9]|10)$/.test(words[0] ?? '');

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LOG_PRETTY = ['auto', 'yes', 'no'] as const;
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, wrong(`It must be one of ${names.join(', ')}.`));

const yesOrNo = z.enum(['yes', 'no'], wrong('It must be yes or no.')).transform((word) => word === 'yes');

/** Everything that can be configured: name → how it is read, and what it is for. */
export const SETTINGS = z
  .object({
    DISCORD_TOKEN: setting(token.nullable().default(null), {
      description:
        'Token of the main bot. Without it the shard runs against the sandbox, a local Discord with a demo guild.',
      secret: true,
      form: 'a bot token',
    }),
    WORKER_TOKENS: setting(workerTokens.default([]), {
      description:
        'Tokens of the voice workers: further bots, each of which serves one more voice channel in each guild.',
      secret: true,
      form: 'bot tokens with commas or spaces between them',
    }),
    DISCORD_TEST_GUILD_ID: setting(
      z
        .string()
        .regex(/^\d{1,20}$/, wrong('It must be a Discord id: 1 to 20 digits.'))
        .nullable()
        .default(null),
      {
        description:
          'Registers the slash commands in this guild only, where a change shows at once, instead of everywhere.',
        form: 'a Discord id',
      },
    ),
    DISCORD_API_URL: setting(webUrl.default('https://discord.com/api'), {
      description: "Where Discord's REST API is. To be changed only to go through a proxy.",
      form: 'a URL',
    }),
    HOST: setting(text(255).default('127.0.0.1'), {
      description:
        'Address the Owner API listens on. 0.0.0.0 or :: makes it reachable from other machines; put a proxy with TLS before it.',
      form: 'an address or a host name',
    }),
    PORT: setting(wholeNumber(0, 65_535).default(25_588), {
      description: 'Port of the Owner API; 0 picks a free one.',
      form: '0 to 65535',
    }),
    PUBLIC_URL: setting(webUrl.nullable().default(null), {
      description:
        'URL under which people reach the Owner API from outside, as its OpenAPI document and status show it.',
      form: 'a URL',
    }),
    DATA_DIR: setting(text(4096).default('./data'), {
      description: 'Folder for everything that is kept. One process at a time may use it.',
      form: 'a path',
    }),
    SHARD_NAME: setting(text(64).default('Comms Shard'), {
      description: 'Name of the shard, as its status shows it.',
      form: '1 to 64 characters',
    }),
    SHARD_MAX_NETS: setting(wholeNumber(1, 249).default(249), {
      description: 'How many nets a guild is entitled to. Each guild has a limit of its own below that, 50 at first.',
      form: '1 to 249',
    }),
    SHARD_FEATURES: setting(entitledFeatures.default([...ENTITLED]), {
      description: 'Features a guild is entitled to.',
      form: `any of ${ENTITLED.join(', ')}, with commas between them; none for nothing`,
    }),
    OWNER_API_BODY_LIMIT_KIB: setting(wholeNumber(1, 1024).default(64), {
      description: 'Largest request body the Owner API reads, in KiB.',
      form: '1 to 1024',
    }),
    OWNER_API_RATE_LIMIT: setting(wholeNumber(1, 1_000_000).default(120), {
      description: 'Requests per minute that the Owner API takes from one key.',
      form: '1 to 1000000',
    }),
    OWNER_API_PUBLIC_RATE_LIMIT: setting(wholeNumber(1, 1_000_000).default(60), {
      description:
        'Requests per minute that the Owner API takes from one address (IPv6: one /64 network) to its public paths and with keys that it refuses.',
      form: '1 to 1000000',
    }),
    TRUST_PROXY: setting(proxies.default([]), {
      description:
        'Whose X-Forwarded-For is believed: the number of proxies before the shard, or their addresses. Leave it unset when there are none, or anybody can pass for anybody.',
      form: '1 to 10, or addresses and ranges such as 10.0.0.0/8 with commas between them',
    }),
    OWNER_API_ACARS_COOLDOWN_SECONDS: setting(wholeNumber(0, 3600).default(60), {
      description: 'How long a key or a person waits between two ACARS alerts, in seconds; 0 for not at all.',
      form: '0 to 3600',
    }),
    MIX_BITRATE_KBPS: setting(wholeNumber(16, 128).default(64), {
      description: 'Kilobits per second of the sound that is mixed where several people speak at once.',
      form: '16 to 128',
    }),
    MIX_LEVELLING: setting(yesOrNo.default(true), {
      description: 'Brings people who speak at once to the same loudness, by 6 dB at most.',
      form: 'yes or no',
    }),
    WEBHOOK_ALLOW_HTTP: setting(yesOrNo.default(false), {
      description: 'Lets webhooks have http:// URLs too. What is delivered can then be read on its way.',
      form: 'yes or no',
    }),
    WEBHOOK_ALLOW_PRIVATE: setting(yesOrNo.default(false), {
      description:
        'Lets webhooks have loopback, private and link-local addresses too. Whoever has a key for events can then make the shard send requests into its own network.',
      form: 'yes or no',
    }),
    LOG_LEVEL: setting(oneOf(LOG_LEVELS).default('info'), {
      description: 'The least severity that is logged.',
      form: LOG_LEVELS.join(', '),
    }),
    LOG_PRETTY: setting(oneOf(LOG_PRETTY).default('auto'), {
      description: 'Logs for people instead of JSON: yes, no, or auto, which is yes on a terminal.',
      form: LOG_PRETTY.join(', '),
    }),
    READY_FILE: setting(text(4096).nullable().default(null), {
      description:
        'File that is written when everything is usable. It says where, as JSON; with the sandbox also the keys.',
      form: 'a path',
    }),
    SANDBOX_PORT: setting(wholeNumber(0, 65_535).default(25_600), {
      description: 'Port of the sandbox, when there is no DISCORD_TOKEN; 0 picks a free one.',
      form: '0 to 65535',
    }),
  })
  .superRefine(({ DISCORD_TOKEN, WORKER_TOKENS }, context) => {
    if (DISCORD_TOKEN === null) return;
    const index = WORKER_TOKENS.findIndex((one) => account(one) === account(DISCORD_TOKEN));
    if (index < 0) return;
    const message = `Its token number ${index + 1} is for the main bot of DISCORD_TOKEN. Make a bot for each worker.`;
    context.addIssue({ code: 'custom', path: ['WORKER_TOKENS'], message });
  });

/** Name of a setting. */
export type SettingName = keyof typeof SETTINGS.shape;

/** Every name, in the order of the documentation. */
export const SETTING_NAMES = Object.keys(SETTINGS.shape) as SettingName[];

/** What the documentation says about a setting. */
export function about(name: SettingName): About {
  return SETTINGS.shape[name].meta() as unknown as About;
}
