import { LoopDelay } from './loop-delay.ts';
import { RequestCounts } from './request-counts.ts';

/** What becomes of an attempt to deliver an event to a webhook. */
export const DELIVERY_OUTCOMES = ['delivered', 'failed'] as const;

type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** What goes out to a guild's programs by itself, in plain numbers. */
export interface LiveNumbers {
  /** Event streams that are open now. */
  readers: number;
  /** Attempts to deliver to webhooks since the start, by what became of them. */
  deliveries: Readonly<Record<DeliveryOutcome, number>>;
}

/** What this process measures of itself, for everybody who asks for metrics. */
export class ProcessMeasures {
  readonly requests = new RequestCounts();
  readonly loop = new LoopDelay();
  /** Streams and webhooks of a guild; undefined while nothing of the kind runs. Whoever runs them puts itself here. */
  live: (guildId: string) => LiveNumbers | undefined = () => undefined;
}
