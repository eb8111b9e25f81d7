import { cpus, loadavg, totalmem } from 'node:os';
import type { Measured } from './measure.ts';

/** What the figures were measured on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGib: number;
  platform: string;
  node: string;
  /** Load average of the last minute before the start: above 0.5 the figures say little. */
  loadBefore: number;
  /** One durable write of a row as large as an assignment's, without HTTP. */
  storeWriteP50Ms: number;
}

/** A scenario beside its floor. */
export interface ScenarioReport extends Measured {
  name: string;
  floor: Measured;
  /** Requests per second of ours by those of the floor: above 1 is faster. */
  ratio: number;
  /** The median time of ours by the floor's: below 1 is faster. */
  p50Ratio: number;
}

/** The machine as it is. */
export function aboutMachine(): Omit<Machine, 'storeWriteP50Ms'> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Puts a scenario beside its floor. */
export function report(name: string, { ours, floor }: { ours: Measured; floor: Measured }): ScenarioReport {
  const ratio = ours.requestsPerSecond / floor.requestsPerSecond;
  return { name, ...ours, floor, ratio, p50Ratio: ours.p50Ms / floor.p50Ms };
}

/** The figures for people. */
export function table(scenarios: readonly ScenarioReport[]): string {
  const head = ['', 'per second', 'p50 ms', 'p99 ms', 'bare Koa', 'p50 ms', 'p99 ms', 'ratio', 'p50 ratio'];
  const rows = scenarios.map(({ name, floor, ratio, p50Ratio, ...ours }) => [
    name,
    ...figures(ours),
    ...figures(floor),
    ratio.toFixed(2),
    p50Ratio.toFixed(2),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

function figures({ requestsPerSecond, p50Ms, p99Ms }: Measured): string[] {
  return [Math.round(requestsPerSecond).toLocaleString('en'), p50Ms.toFixed(2), p99Ms.toFixed(2)];
}
