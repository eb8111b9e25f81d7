/** One metric of a scrape. */
export interface ScrapedMetric {
  name: string;
  help: string;
  type: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Reads the text exposition format. @throws Error at a line that is none of it */
export function parsePrometheusText(text: string): ScrapedMetric[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const metrics: ScrapedMetric[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    const last = metrics.at(-1);
    if (keyword === 'HELP') metrics.push({ name, help: rest, type: '', samples: [] });
    else if (keyword === 'TYPE' && last?.name === name) last.type = rest;
    else if (last) last.samples.push(sampleOf(line));
    else throw new Error(`not understood: ${line}`);
  }
  return metrics;
}

function sampleOf(line: string) {
  const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`not understood: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', word = '']) => [key, word]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
