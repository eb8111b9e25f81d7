/** The one worker thread of the process: does what takes too long for the event loop. */
import { parentPort } from 'node:worker_threads';
import { makeJobs } from './jobs.ts';
import type { Answer, Question } from './worker-messages.ts';

const jobs = makeJobs();

parentPort?.on('message', ({ id, type, given }: Question) => {
  parentPort?.postMessage(answerTo(id, type, given));
});

function answerTo(id: number, type: string, given: unknown): Answer {
  try {
    const job = jobs[type];
    if (!job) throw new Error(`there is no job ${type}`);
    return { id, answer: job(given as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
