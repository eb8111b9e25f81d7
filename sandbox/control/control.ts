import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { Refusal } from '../interactions/refusal.ts';
import { ApiError } from '../rest/api-error.ts';
import { readBody } from '../rest/http-body.ts';
import { matchRoute, type RoutePattern } from '../rest/route-table.ts';

/** A call of the control API. */
export interface ControlCall {
  params: Record<string, string>;
  query: URLSearchParams;
  /** The body, checked. @throws Refusal 400 that names the field */
  read<T>(schema: z.ZodType<T>): T;
}

/** A route of the control API. What the handler returns is answered as JSON; a Buffer as the sound it holds. */
export interface ControlRoute extends RoutePattern {
  handle: (call: ControlCall) => unknown;
}

export interface ControlOptions {
  routes: readonly ControlRoute[];
  /** Resolves when what a call changed is on disk. */
  flush: () => Promise<void>;
  log: (line: string) => void;
}

/** The control API: every success is 200, every refusal `{error}`. */
export class Control {
  private readonly options: ControlOptions;

  constructor(options: ControlOptions) {
    this.options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.replace(/^\/sandbox\/v1/, '');
    try {
      const answer = await this.answer(request, path, url.searchParams);
      await this.options.flush();
      if (Buffer.isBuffer(answer)) respond(response, 200, 'audio/wav', answer);
      else respond(response, 200, 'application/json', JSON.stringify(answer ?? {}));
    } catch (error) {
      const { status, message } = this.refusal(error);
      respond(response, status, 'application/json', JSON.stringify({ error: message }));
    }
  }

  private async answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<unknown> {
    const method = request.method ?? 'GET';
    const match = matchRoute(this.options.routes, method, path);
    if (match.kind !== 'route') throw new Refusal(404, `There is no ${method} ${path} in the control API.`);
    const { json } = await readBody(request);
    return match.route.handle({ params: match.params, query, read: (schema) => readControl(schema, json ?? {}) });
  }

  private refusal(error: unknown): { status: number; message: string } {
    if (error instanceof Refusal) return error;
    if (error instanceof ApiError) return { status: error.status, message: error.message };
    this.options.log(`control: ${error instanceof Error ? error.stack : String(error)}`);
    return { status: 500, message: 'The sandbox failed. Its log says more.' };
  }
}

function readControl<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Refusal(400, complaints.join('; '));
}

function respond(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
