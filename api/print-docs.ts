import { writeFile } from 'node:fs/promises';
import { openApiFile } from './openapi-file.ts';
import { ownerApiReference } from './reference.ts';

await writeFile(new URL('../docs/owner-api.md', import.meta.url), ownerApiReference());
await writeFile(new URL('../docs/openapi.json', import.meta.url), openApiFile());
