import type { IncomingMessage } from 'node:http';
import type { StoredFile } from '../world/messages.ts';
import { ApiError } from './api-error.ts';

/** Bytes of a body that are read (Discord's limit for files of a bot, 10 MiB, and room for ten of the smallest). */
const MAX_BODY = 25 * 1024 * 1024;

/** A body as a client sent it: JSON, with files when it was multipart. */
export interface HttpBody {
  json: unknown;
  /** By the number in `files[n]`. */
  files: Map<number, StoredFile>;
}

/** Reads the whole body. Throws an ApiError when it is too large or not what it says it is. */
export async function readBody(request: IncomingMessage): Promise<HttpBody> {
  const raw = await readRaw(request);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(raw, type);
  if (raw.length === 0) return { json: undefined, files: new Map() };
  return { json: parseJson(raw.toString()), files: new Map() };
}

async function readRaw(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new ApiError('entityTooLarge');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('invalidJson');
  }
}

async function readMultipart(raw: Buffer, type: string): Promise<HttpBody> {
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData().catch(() => {
    throw new ApiError('invalidForm');
  });
  const payload = form.get('payload_json');
  const files = new Map<number, StoredFile>();
  for (const [name, value] of form) {
    const number = /^files?\[(\d+)\]$/.exec(name)?.[1];
    if (number === undefined || typeof value === 'string') continue;
    const content = Buffer.from(await value.arrayBuffer());
    files.set(Number(number), { name: value.name, contentType: value.type || 'application/octet-stream', content });
  }
  return { json: typeof payload === 'string' ? parseJson(payload) : undefined, files };
}
