import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type WorldData, worldSchema } from './model.ts';
import type { World } from './world.ts';

/** How long a change may wait for others before it is written on its own, in milliseconds. */
const DEBOUNCE_MS = 200;

/**
 * Keeps the world on disk. It holds the bots' tokens, so only its owner may read the file. Written whole to a file
 * beside it, synced and renamed: a reader, also after a kill, finds the old world or the new one.
 */
export class WorldFile {
  private readonly path: string;
  private readonly onError: (error: unknown) => void;
  private world: World | undefined;
  private dirty = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(path: string, onError: (error: unknown) => void) {
    this.path = path;
    this.onError = onError;
  }

  /** The world of an earlier run, or undefined on the first. Throws when the file cannot be understood. */
  async read(): Promise<WorldData | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      return worldSchema.parse(JSON.parse(text));
    } catch (error) {
      throw new Error(`${this.path} cannot be read as a sandbox world. Move it away to start with a new one.`, {
        cause: error,
      });
    }
  }

  /** Writes the world now, and follows it from now on. */
  async follow(world: World): Promise<void> {
    this.world = world;
    await mkdir(dirname(this.path), { recursive: true });
    this.dirty = true;
    await this.flush();
    world.onChange((change) => {
      if (!change.type.startsWith('message.') && change.type !== 'voice.updated') this.touch();
    });
  }

  /** Resolves when everything that changed before the call is on disk. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const write = this.writing.catch(() => {}).then(() => this.write());
    this.writing = write;
    await write;
  }

  private touch(): void {
    this.dirty = true;
    this.timer ??= setTimeout(() => void this.flush().catch(this.onError), DEBOUNCE_MS).unref();
  }

  private async write(): Promise<void> {
    if (!this.dirty || !this.world) return;
    this.dirty = false;
    try {
      await writeWhole(this.path, `${JSON.stringify(this.world.toData())}\n`);
    } catch (error) {
      this.dirty = true;
      throw error;
    }
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(join(path)));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined); // Windows cannot open folders, and needs no such sync
  if (!folder) return;
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
