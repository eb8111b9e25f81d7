import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives every test of the surrounding `describe` a folder of its own, removed after it. */
export function givenFolder(): { readonly path: string } {
  const folder = { path: '' };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'comms-store-'));
  });
  afterEach(async () => {
    await rm(folder.path, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}
