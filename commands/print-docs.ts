/** Writes docs/commands.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { commandsPage } from './docs-page.ts';

const docs = new URL('../docs/', import.meta.url);
mkdirSync(docs, { recursive: true });
writeFileSync(new URL('commands.md', docs), commandsPage());
