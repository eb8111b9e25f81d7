import type { ClientRequest, IncomingMessage } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { openApiDocument } from '../../../api/openapi.ts';
import { documentedPath } from '../../../api/paths.ts';
import type { Route } from '../../../api/route.ts';
import { ROUTES, type World } from './world.ts';

/** What is sent besides method and path. */
export interface Sending {
  /** The key; the world's own when left out, none when null. */
  key?: string | null;
  body?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

/** The document that every answer is held against. */
export const DOCUMENT = openApiDocument(ROUTES, { publicUrl: null, version: EXAMPLE.version });

const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(DOCUMENT, 'api');

/** Sends a request below `/api/v1` as a client would. */
export async function send(world: World, method: string, path: string, sending: Sending = {}): Promise<Response> {
  const { key = world.key, body, query = {}, headers = {} } = sending;
  const sent = request(world.app.callback())[method.toLowerCase() as 'get'](`/api/v1${path}`).query(query);
  if (key !== null) sent.set('Authorization', `Bearer ${key}`);
  sent.set(headers);
  if (path.startsWith('/stream')) sent.buffer(true).parse(readStart);
  return body === undefined ? await sent : await sent.send(body as object);
}

/** Reads the beginning of a stream, up to the first event where one must come, and leaves; anything else it reads whole. */
export function readStart(message: unknown, done: (error: Error | null, body: unknown) => void): void {
  const answer = message as IncomingMessage & { text: string; req: ClientRequest };
  const isStream = answer.headers['content-type']?.startsWith('text/event-stream');
  const wanted = answer.req.path.includes('lastEventId') ? /^data: .*\n\n/m : /\n\n/;
  answer.text = '';
  answer.on('data', (chunk) => {
    answer.text += chunk;
    if (!isStream || !wanted.test(answer.text)) return;
    answer.removeAllListeners('data');
    answer.destroy();
    done(null, {});
  });
  answer.on('end', () => done(null, answer.text === '' ? {} : JSON.parse(answer.text)));
}

/** Sends a request to a route by its id and requires that the answer is one that the document promises. */
export async function call(world: World, id: string, sending: Sending & { params?: object } = {}): Promise<Response> {
  const route = routeOf(id);
  const response = await send(world, route.method, pathOf(route, sending.params), sending);
  requireDocumented(route, response);
  return response;
}

/** The route of this id. */
export function routeOf(id: string): Route {
  const route = ROUTES.find((other) => other.id === id);
  if (!route) throw new Error(`there is no route ${id}`);
  return route;
}

/** The path of a route with its parameters filled in; those of its example unless given. */
export function pathOf(route: Route, params: object = {}): string {
  const all: Record<string, unknown> = { ...(route.example.params as object), ...params };
  return route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(all[name])));
}

/** Status, media type, shape and code must be among those that the document names for this operation. */
export function requireDocumented(route: Route, response: Pick<Response, 'status' | 'type' | 'text' | 'body'>): void {
  const type = response.status < 400 ? (route.produces?.type ?? 'application/json') : 'application/problem+json';
  const where = ['paths', documentedPath(route.path), route.method, 'responses', response.status, 'content', type];
  const pointer = where
    .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  expect(response.type, `${route.id} ${response.status} ${response.text}`).to.equal(type);
  const validate = ajv.getSchema(`api#/${pointer}/schema`);
  if (!validate) throw new Error(`${route.id} does not document ${response.status} ${response.text}`);
  const value = type === route.produces?.type ? response.text : response.body;
  expect(validate(value), `${route.id} ${response.status}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
  if (response.status >= 400) expect(documentedCodes(route, response.status)).to.include(response.body.code);
}

function documentedCodes(route: Route, status: number): string[] {
  const operation = DOCUMENT.paths?.[documentedPath(route.path)]?.[route.method];
  const response = operation?.responses?.[String(status) as '400'] as { content: Record<string, { examples: object }> };
  return Object.keys(response.content['application/problem+json']?.examples ?? {});
}

/** What of a world changes. */
type Snapped = Pick<World, 'shard' | 'other'> & Record<'store' | 'otherStore', Pick<World['store'], 'rows'>>;

/** Everything of both guilds that a request could change, as text. */
export function snapshot({ shard, other, store, otherStore }: Snapped): string {
  const all = [shard, other].map(({ read }) => [
    read.nets(),
    [...read.assignments()],
    read.rules(),
    read.operation(),
    read.settings(),
    read.features(),
    read.keys(),
  ]);
  return JSON.stringify([all, store.rows, otherStore.rows]);
}
