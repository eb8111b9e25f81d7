import { writeFile } from 'node:fs/promises';
import { ownerApiReference } from './reference.ts';

await writeFile(new URL('../docs/owner-api.md', import.meta.url), ownerApiReference());
