import { LoopDelay } from './loop-delay.ts';
import { RequestCounts } from './request-counts.ts';

/** What this process measures of itself, for everybody who asks for metrics. */
export class ProcessMeasures {
  readonly requests = new RequestCounts();
  readonly loop = new LoopDelay();
}
