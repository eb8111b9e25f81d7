import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file as it is served. */
export interface PageFile {
  type: string;
  bytes: Buffer;
  /** Another one when the file is another one. */
  tag: string;
}

const HERE = dirname(fileURLToPath(import.meta.url));

/** Every file that is served: nothing else is reached through here. */
const FILES = {
  'widget.html': { path: join(HERE, 'widget/widget.html'), type: 'text/html' },
  'widget.css': { path: join(HERE, 'widget/widget.css'), type: 'text/css' },
  'widget.js': { path: join(HERE, 'widget/widget.js'), type: 'text/javascript' },
  'schedule.js': { path: join(HERE, 'widget/schedule.js'), type: 'text/javascript' },
  'docs.html': { path: join(HERE, 'docs/docs.html'), type: 'text/html' },
  'docs.css': { path: join(HERE, 'docs/docs.css'), type: 'text/css' },
  'docs.js': { path: join(HERE, 'docs/docs.js'), type: 'text/javascript' },
  'swagger-ui.css': { path: fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css')), type: 'text/css' },
  'swagger-ui-bundle.js': {
    path: fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
    type: 'text/javascript',
  },
} as const;

/** Name of a file that is served. */
export type PageName = keyof typeof FILES;

/** What the widget's page loads. */
export const WIDGET_FILES = ['widget.css', 'widget.js', 'schedule.js'] as const satisfies readonly PageName[];

/** What the documentation's page loads. */
export const DOCS_FILES = [
  'docs.css',
  'docs.js',
  'swagger-ui.css',
  'swagger-ui-bundle.js',
] as const satisfies readonly PageName[];

const read = new Map<PageName, Promise<PageFile>>();

/** A file of a page, read once. */
export function pageFile(name: PageName): Promise<PageFile> {
  const known = read.get(name);
  if (known) return known;
  const reading = readPage(name);
  read.set(name, reading);
  reading.catch(() => read.delete(name));
  return reading;
}

async function readPage(name: PageName): Promise<PageFile> {
  const { path, type } = FILES[name];
  const bytes = await readFile(path);
  return { type, bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}
