import { EXAMPLE } from './example.ts';
import { LISTEN_ERRORS } from './listen/listen-path.ts';
import { openApiDocument } from './openapi.ts';
import { codesOf } from './openapi-errors.ts';
import { type ProblemCode, sentenceOf } from './problem.ts';
import { PUBLIC_ROUTES } from './public-routes.ts';
import { ownerRoutes } from './routes.ts';

/** The parts of an OpenAPI document that the reference shows; ours has no references in these places. */
interface Shown {
  info: { description: string };
  tags: { name: string }[];
  components: { schemas: Record<string, ShownSchema> };
  paths: Record<string, Record<string, ShownOperation>>;
  webhooks: Record<string, { post: ShownOperation }>;
}

interface ShownOperation {
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: { content: Record<string, { schema: ShownSchema; example: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { example?: unknown }> }>;
}

interface ShownSchema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  anyOf?: ShownSchema[];
  items?: ShownSchema;
  description?: string;
  default?: unknown;
  properties?: Record<string, ShownSchema>;
  required?: string[];
}

/** What can also go wrong where no operation was reached. */
const ANYWHERE: readonly ProblemCode[] = [
  'route.unknown',
  'key.shard-only',
  'method.not-allowed',
  'request.malformed',
  'request.headers-too-large',
];

/** The Owner API's reference in Markdown, printed from the OpenAPI document. */
export function ownerApiReference(): string {
  const about = { name: EXAMPLE.shardName, publicUrl: null, version: EXAMPLE.version };
  const routes = ownerRoutes(about);
  const document = openApiDocument(routes, about) as unknown as Shown;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ title: `${method.toUpperCase()} ${path}`, operation })),
  );
  const everywhere = [...PUBLIC_ROUTES.flatMap(({ errors }) => errors), ...ANYWHERE];
  const codes = new Set([...routes.flatMap(codesOf), ...LISTEN_ERRORS, ...everywhere]);
  const groups = document.tags.map(({ name }) => [
    `## ${name}`,
    ...operations.filter(({ operation }) => operation.tags.includes(name)).map(section),
  ]);
  return `${[preface(document), ...groups.flat(), eventTypes(document), shapes(document), errorTable(codes)].join('\n\n')}\n`;
}

function preface({ info }: Shown): string {
  return [
    '# Owner API',
    '<!-- Printed by `npm run docs` from the schemas that validate requests. Do not edit. -->',
    info.description,
    'Send `Authorization: Bearer scok_…` unless a path is public. Bodies are JSON; unknown fields are ignored, wrong types are refused. The machine-readable form of this page is at `/api/v1/openapi.json`.',
    'A net is named by `netUid` (preferred: it lasts) or by `netId` (its slot now). When both are sent they must agree.',
    'Each key may send 120 requests per minute unless the shard is configured otherwise. `RateLimit-Policy` and `RateLimit` (also as `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset`) say on every answer how many are left; what is too many is answered with 429 and `Retry-After`. Public paths and refused keys are counted per client address.',
    'Any POST may carry an `Idempotency-Key` of 1 to 255 printable characters: sent again with the same key, path and body within 24 hours, also after a restart, it is not carried out again but answered as the first time, with `Idempotency-Replayed: true`. While the first is running that is a 409, with another path or body a 422. Answers 401, 408, 409, 429 and those of 500 and above are not kept. The last 10,000 such requests of a guild are remembered.',
    'Every answer carries `X-Request-Id`: the one sent with the request if it has at most 128 characters of `A-Z a-z 0-9 . _ : / + = @ -`, otherwise a new one.',
  ].join('\n\n');
}

function section({ title, operation }: { title: string; operation: ShownOperation }): string {
  const parts = [
    `### ${title}`,
    `${operation.summary}. ${needOf(operation)}`,
    operation.description,
    parameterList(operation),
    bodyList(operation),
    answers(operation),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function needOf({ security: [need] }: ShownOperation): string {
  if (!need) return 'Public.';
  if ('serviceKey' in need) return 'Needs a service key.';
  return 'shardToken' in need ? 'Needs a shard token.' : `Scope: \`${need['ownerKey']?.join(', ')}\`.`;
}

function parameterList({ parameters = [] }: ShownOperation): string {
  return parameters
    .filter(({ in: place }) => place === 'path' || place === 'query')
    .map(({ name, in: place, description }) => `- \`${name}\` (${place}): ${description}`)
    .join('\n');
}

function bodyList({ requestBody }: ShownOperation): string {
  const media = requestBody?.content['application/json'];
  if (!media) return '';
  return ['Body:', fieldList(media.schema), json(media.example)].join('\n\n');
}

function fieldList({ properties = {}, required = [] }: ShownSchema): string {
  const rows = Object.entries(properties).map(([name, schema]) => {
    const need = required.includes(name) ? '' : ', optional';
    const fallback = schema.default === undefined ? '' : `, default \`${JSON.stringify(schema.default)}\``;
    return `- \`${name}\` (${typeOf(schema)}${need}${fallback})${schema.description ? `: ${schema.description}` : ''}`;
  });
  return rows.join('\n');
}

function eventTypes({ webhooks }: Shown): string {
  const sections = Object.entries(webhooks).map(([type, { post }]) => {
    const media = post.requestBody?.content['application/json'];
    return [`### ${type}`, `${post.summary}. \`data\`:`, fieldList(media?.schema.properties?.['data'] ?? {})].join(
      '\n\n',
    );
  });
  const example = Object.values(webhooks)[0]?.post.requestBody?.content['application/json']?.example;
  return [
    '## Types of events',
    'The envelope is the same in `GET /api/v1/stream` and in what webhooks get: `id` (ids sort by time), `type`, `guildId`, `at`, `data`; webhooks also get `timestamp`, equal to `at`.',
    json(example),
    'Two more come outside of this list: `stream.reset`, to a reader of the stream whose last event is no longer kept (its `id` is the one that was sent; `data` is `reason`: `too-old` or `unknown`, `lastEventId`, `resumesAtEventId`: the first event that follows, or null), and `webhook.test`, to a webhook that is tried out (`data` is `webhookId`). [Events](events.md) is the guide to both.',
    ...sections,
  ].join('\n\n');
}

function shapes({ components }: Shown): string {
  const sections = Object.entries(components.schemas)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, schema]) => [`### ${name}`, schema.description, fieldList(schema)].filter(Boolean).join('\n\n'));
  return ['## Shapes', ...sections].join('\n\n');
}

function typeOf(schema: ShownSchema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  return schema.items ? `array of ${typeOf(schema.items)}` : (schema.type ?? 'any');
}

function answers({ responses }: ShownOperation): string {
  return Object.entries(responses)
    .map(([status, { description, content }]) => {
      const example = content?.['application/json']?.example;
      return example === undefined ? `- ${status}: ${description}` : `Answers ${status}:\n\n${json(example)}`;
    })
    .reduce((text, part) => text + (text && part.startsWith('-') && text.includes('\n- ') ? '\n' : '\n\n') + part, '')
    .trim();
}

function errorTable(codes: ReadonlySet<ProblemCode>): string {
  const placeholder = new Proxy({}, { get: (_, name) => `{${String(name)}}` });
  const rows = [...codes].map((code) => `| \`${code}\` | ${sentenceOf(code, placeholder)} |`).sort();
  return [
    '## Errors',
    'Errors are `application/problem+json` (RFC 9457) with `ok: false`, `error` (the sentence), `code`, `requestId` and, where fields are invalid, `details: [{pointer, detail}]` with all of them. Nothing was changed.',
    ['| code | sentence |', '|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

function json(value: unknown): string {
  return ['```json', JSON.stringify(value, null, 2), '```'].join('\n');
}
