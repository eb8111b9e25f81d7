/** A worker thread's program that does as it is told: answers, answers with an error, or dies. */
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', ({ id, type, given }: { id: number; type: string; given: unknown }) => {
  if (type === 'die') process.exit(3);
  if (type === 'throw') throw new Error('thrown away');
  if (type === 'fail') parentPort?.postMessage({ id, error: 'no such luck' });
  if (type === 'echo') parentPort?.postMessage({ id, answer: given });
});
