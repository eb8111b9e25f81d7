import { EXAMPLE } from './example.ts';
import { openApiDocument } from './openapi.ts';
import { ownerRoutes } from './routes.ts';

/** The OpenAPI document as the text of a file, for whoever generates a client without a shard at hand. */
export function openApiFile(): string {
  const about = { name: EXAMPLE.shardName, publicUrl: null, version: EXAMPLE.version };
  return `${JSON.stringify(openApiDocument(ownerRoutes(about), about), null, 2)}\n`;
}
