import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { WORKER_ACTIVITIES, WRITE_TIMES_MS, type WriteTimes } from '../shard/ports.ts';
import { EVENT_TYPES } from '../shard/record/events.ts';
import type { Shard } from '../shard/shard.ts';
import type { Live } from './context.ts';
import type { ProcessMeasures } from './process-measures.ts';
import { STATUS_CLASSES } from './request-counts.ts';

/** The media type of the text format. */
export const PROMETHEUS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * What Prometheus scrapes: the process, and the guild whose key asks. Everything is counted where it happens in plain
 * numbers and only read here, so a scrape keeps nothing. Labels come from closed sets of words.
 */
export function prometheusText(shard: Shard, measures: ProcessMeasures, live: Live): Promise<string> {
  const sheet = new Sheet();
  processMetrics(sheet, measures);
  guildMetrics(sheet, shard);
  trafficMetrics(sheet, shard, measures);
  liveMetrics(sheet, shard, live);
  voiceMetrics(sheet, shard);
  return sheet.text();
}

function processMetrics(sheet: Sheet, { loop }: ProcessMeasures): void {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const delay = loop.read();
  const started = Date.now() / 1000 - process.uptime();
  sheet.gauge('shard_process_start_time_seconds', 'When the process started, seconds since the epoch.', started);
  sheet.counter('shard_process_cpu_seconds_total', 'Processor time used by the process.', (user + system) / 1e6);
  sheet.gauge('shard_process_resident_memory_bytes', 'Memory of the process in RAM.', rss);
  sheet.gauge('shard_process_heap_used_bytes', 'JavaScript heap in use.', heapUsed);
  sheet.gauge('shard_process_external_memory_bytes', 'Memory of buffers outside the heap.', external);
  const late = 'How late the event loop ran over the last stretch of at least ten seconds';
  sheet.gauge('shard_event_loop_delay_median_seconds', `${late}: the median.`, delay.median / 1000);
  sheet.gauge('shard_event_loop_delay_p99_seconds', `${late}: one in a hundred was later.`, delay.p99 / 1000);
  sheet.gauge('shard_event_loop_delay_max_seconds', `${late}: the worst.`, delay.max / 1000);
}

function guildMetrics(sheet: Sheet, shard: Shard): void {
  const { connected, nets, operationOpen } = shard.read.status();
  const { transmissions, talkMs, events } = shard.metrics.totals();
  const lasting = [...shard.radio.transmissions()].length;
  const published = EVENT_TYPES.map((type) => [type, events.get(type) ?? 0] as const);
  sheet.gauge('shard_operation_open', '1 while the operation is open.', operationOpen ? 1 : 0);
  sheet.gauge('shard_connected_operators', 'Operators connected now.', connected);
  sheet.gauge('shard_nets', 'Live nets.', nets.length);
  sheet.gauge('shard_transmissions_active', 'Transmissions that last now.', lasting);
  sheet.counter('shard_transmissions_total', 'Transmissions begun.', transmissions);
  sheet.counter('shard_talk_seconds_total', 'Time on the air.', talkMs / 1000);
  sheet.counters('shard_events_published_total', 'Events published.', 'type', published);
}

function trafficMetrics(sheet: Sheet, shard: Shard, { requests }: ProcessMeasures): void {
  const answered = requests.of(shard.guildId);
  const byClass = STATUS_CLASSES.map((name) => [name, answered[name]] as const);
  sheet.counters('shard_api_requests_total', 'Answers to keys of the guild.', 'status', byClass);
  sheet.times('shard_journal_write_seconds', 'How long changes took to be on disk.', shard.writes);
  sheet.counter('shard_journal_write_errors_total', 'Changes that could not be written.', shard.writes.failed);
}

function liveMetrics(sheet: Sheet, shard: Shard, { streams, listening, webhooks }: Live): void {
  const attempts = Object.entries(webhooks.attempts(shard));
  sheet.gauge('shard_stream_readers', 'Event streams open now.', streams.readers(shard));
  const { open, sent, dropped } = listening.totals(shard);
  const packets = Object.entries({ sent, dropped });
  sheet.gauge('shard_listeners', 'Connections of listening programs open now.', open);
  sheet.counters('shard_listener_packets_total', 'Voice packets for listening programs.', 'outcome', packets);
  sheet.counters('shard_webhook_deliveries_total', 'Attempts to deliver to webhooks.', 'outcome', attempts);
}

function voiceMetrics(sheet: Sheet, { voice }: Shard): void {
  const { packetsIn, packetsOut, dropped, recoveries, concealed, workers } = voice;
  const states = WORKER_ACTIVITIES.map((state) => [state, workers[state]] as const);
  sheet.counter('shard_voice_packets_received_total', 'Voice packets received and authenticated.', packetsIn);
  sheet.counter('shard_voice_packets_sent_total', 'Voice packets sent.', packetsOut);
  sheet.counters('shard_voice_packets_dropped_total', 'Packets not passed on.', 'reason', Object.entries(dropped));
  sheet.counter('shard_voice_recoveries_total', 'Recoveries of end-to-end encryption begun.', recoveries);
  sheet.counter('shard_voice_frames_concealed_total', 'Frames of 20 ms that mixes had to make up.', concealed);
  sheet.gauges('shard_voice_workers', 'Voice workers by what they do now.', 'state', states);
}

type Labelled = readonly (readonly [label: string, value: number])[];

/** One scrape being written. */
class Sheet {
  readonly #registry = new Registry();

  counter(name: string, help: string, value: number): void {
    new Counter({ name, help, registers: [this.#registry] }).inc(value);
  }

  gauge(name: string, help: string, value: number): void {
    new Gauge({ name, help, registers: [this.#registry] }).set(value);
  }

  counters(name: string, help: string, label: string, values: Labelled): void {
    const counter = new Counter({ name, help, labelNames: [label], registers: [this.#registry] });
    for (const [word, value] of values) counter.inc({ [label]: word }, value);
  }

  gauges(name: string, help: string, label: string, values: Labelled): void {
    const gauge = new Gauge({ name, help, labelNames: [label], registers: [this.#registry] });
    for (const [word, value] of values) gauge.set({ [label]: word }, value);
  }

  times(name: string, help: string, times: WriteTimes): void {
    this.#registry.registerMetric(new CountedTimes(name, help, times));
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** A histogram of what was counted elsewhere: it has its own counts instead of observing. */
class CountedTimes extends Histogram {
  readonly #empty: Histogram;
  readonly #name: string;
  readonly #times: WriteTimes;

  constructor(name: string, help: string, times: WriteTimes) {
    const shape = { name, help, buckets: WRITE_TIMES_MS.map((ms) => ms / 1000), registers: [] };
    super(shape);
    this.#empty = new Histogram(shape);
    this.#name = name;
    this.#times = times;
  }

  override async get() {
    let sum = 0;
    const buckets = this.#times.counts.map((count, place) => {
      sum += count;
      const ms = WRITE_TIMES_MS[place];
      return { labels: { le: ms === undefined ? '+Inf' : ms / 1000 }, value: sum, metricName: `${this.#name}_bucket` };
    });
    const values = [
      ...buckets,
      { labels: {}, value: this.#times.totalMs / 1000, metricName: `${this.#name}_sum` },
      { labels: {}, value: sum, metricName: `${this.#name}_count` },
    ];
    return { ...(await this.#empty.get()), values };
  }

  /** What the registry asks for when it writes the text. */
  getForPromString() {
    return this.get();
  }
}
