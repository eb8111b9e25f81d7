import type { Log } from '../shard/ports.ts';

/**
 * Makes a listener that never throws and never rejects: what goes wrong in it is logged under its name. An error in an event
 * listener would otherwise end the process, and with it every call.
 */
export function safely<A extends unknown[]>(
  log: Log,
  name: string,
  listener: (...args: A) => unknown,
): (...args: A) => void {
  return (...args) => {
    void run(log, name, () => listener(...args));
  };
}

async function run(log: Log, name: string, fn: () => unknown): Promise<void> {
  try {
    await fn();
  } catch (error) {
    log.error({ err: error, listener: name }, 'a listener failed');
  }
}
