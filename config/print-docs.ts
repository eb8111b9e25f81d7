/** Writes .env.example and docs/configuration.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationPage, envExample } from './docs-page.ts';

const root = new URL('../', import.meta.url);
mkdirSync(new URL('docs/', root), { recursive: true });
writeFileSync(new URL('.env.example', root), envExample());
writeFileSync(new URL('docs/configuration.md', root), configurationPage());
