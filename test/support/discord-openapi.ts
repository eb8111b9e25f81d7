import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { SeenRequest } from '../../sandbox/rest/rest.ts';

/** Discord's own description of its HTTP API, where it lies beside the project or where `DISCORD_OPENAPI` says. */
const FILE = process.env['DISCORD_OPENAPI'] ?? join(import.meta.dirname, '../../../shared/discord/openapi.json');

interface Operation {
  requestBody?: { content: Record<string, unknown> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** Bit sets: Discord takes and documents them as strings of digits, its machine-readable description says integer. */
const BIT_SETS = ['default_member_permissions', 'permissions', 'allow', 'deny'];
const asDescribed = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (key, value) => (BIT_SETS.includes(key) && value !== null ? Number(value) : value));

/** Says what Discord's own description of its API finds wrong with a request; empty when nothing is. */
function createValidator(document: Document): (seen: SeenRequest) => string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document as object, 'discord');
  const encode = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
  const described = Object.keys(document.paths);
  return ({ method, path, body }) => {
    const segments = decodeURIComponent(path).split('/');
    const fits = (pattern: string): boolean => {
      const parts = pattern.split('/');
      return parts.length === segments.length && parts.every((part, n) => part.startsWith('{') || part === segments[n]);
    };
    const literal = (pattern: string): number => pattern.split('/').filter((part) => !part.startsWith('{')).length;
    const route = described.filter(fits).sort((a, b) => literal(b) - literal(a))[0];
    const operation = route === undefined ? undefined : document.paths[route]?.[method.toLowerCase()];
    if (route === undefined || !operation) return [`${method} ${path} is not described`];
    if (!operation.requestBody?.content['application/json']) return [];
    const pointer = ['paths', route, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
    const validate = ajv.compile({ $ref: `discord#/${pointer.map(encode).join('/')}` });
    if (validate(asDescribed(body ?? {}))) return [];
    return [`${method} ${route}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`];
  };
}

/** Whether the description is on this machine. */
export const isDescribed = existsSync(FILE);

/** What finds out whether a request is as Discord describes it. */
export function discordValidator(): (seen: SeenRequest) => string[] {
  return createValidator(JSON.parse(readFileSync(FILE, 'utf8')) as Document);
}
