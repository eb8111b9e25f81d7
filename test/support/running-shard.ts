import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** What READY_FILE holds. */
export interface Ready {
  pid: number;
  apiUrl: string;
  guildId: string;
  otherGuildId: string;
  ownerKey: string;
  serviceKey: string;
  shardToken: string;
  otherOwnerKey: string;
  sandboxUrl: string;
}

/** An answer with its body read. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

/** How long a start may take on a busy machine. */
const START_MS = 60_000;

/** The program as `npm start` runs it, in a process of its own with a data folder of its own. */
export class RunningShard {
  readonly dataDir: string;
  ready: Ready;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess;
  output = '';

  private constructor(dataDir: string, env: NodeJS.ProcessEnv) {
    this.dataDir = dataDir;
    this.#env = env;
    this.ready = {} as Ready;
    this.#child = undefined as unknown as ChildProcess;
  }

  /** Starts it on free ports and waits until everything is usable. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<RunningShard> {
    const shard = new RunningShard(await mkdtemp(join(tmpdir(), 'comms-shard-')), env);
    await shard.#launch();
    return shard;
  }

  /** Starts it again over the same data. */
  async restart(): Promise<void> {
    await this.#launch();
  }

  /** Ends it as Ctrl-C does; answers the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const ended = this.#ended();
    this.#child.kill(signal);
    return ended;
  }

  /** Ends it with no chance to do anything. */
  async kill(): Promise<void> {
    const ended = this.#ended();
    process.kill(this.ready.pid, 'SIGKILL');
    await ended;
  }

  /** Stops it and removes its data. */
  async dispose(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A call of the Owner API, as the demo owner unless another key (or none) is given. */
  api<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key: string | null = this.ready.ownerKey,
  ): Promise<Answer<T>> {
    return call(method, `${this.ready.apiUrl}${path}`, body, key === null ? {} : { authorization: `Bearer ${key}` });
  }

  /** A call of the sandbox's control API; fails the test when it is refused. */
  async sandbox<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await call<T>(method, `${this.ready.sandboxUrl}/sandbox/v1${path}`, body, {});
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async #launch(): Promise<void> {
    const readyFile = join(this.dataDir, 'ready.json');
    await rm(readyFile, { force: true });
    const env = {
      ...process.env,
      PORT: '0',
      SANDBOX_PORT: '0',
      DATA_DIR: this.dataDir,
      READY_FILE: readyFile,
      // Tests look again and again until something has come about.
      OWNER_API_RATE_LIMIT: '1000000',
      ...this.#env,
    };
    this.#child = spawn(process.execPath, ['main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.output = '';
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output = (this.output + chunk).slice(-200_000);
      });
    }
    this.ready = await until(async () => {
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}:\n${this.output}`);
      const text = await readFile(readyFile, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Ready);
    }, START_MS);
  }

  #ended(): Promise<number | null> {
    if (this.#child.exitCode !== null) return Promise.resolve(this.#child.exitCode);
    return new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)));
  }
}

async function call<T>(
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer<T>> {
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
    init.headers = { 'content-type': 'application/json', ...headers };
  }
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T, headers: response.headers };
}
