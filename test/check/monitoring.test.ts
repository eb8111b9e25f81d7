import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parsePrometheusText } from '../support/prometheus-text.ts';
import { send } from '../unit/api/call.ts';
import { makeWorld } from '../unit/api/world.ts';

const docs = new URL('../../docs/monitoring/', import.meta.url);

/** Every name that a scrape can be asked for; a histogram has three. */
async function scrapedNames(): Promise<Set<string>> {
  const world = await makeWorld();
  Object.assign(world.voice.did, { dropped: { late: 1 } });
  const { text } = await send(world, 'get', '/metrics/prometheus');
  return new Set(
    parsePrometheusText(text).flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

describe('the monitoring documents', () => {
  it('the dashboard shows only metrics that there are, and every one that there is', async () => {
    const text = await readFile(new URL('grafana-dashboard.json', docs), 'utf8');
    const shown = new Set(text.match(/shard_[a-z0-9_]+/g));
    const scraped = await scrapedNames();
    expect([...shown].filter((name) => !scraped.has(name))).to.deep.equal([]);
    const left = [...scraped].filter((name) => !shown.has(name) && !/_(sum|count)$/.test(name));
    expect(left).to.deep.equal([]);
  });

  it('every panel of the dashboard has a title, a place of its own, and asks the shard that was chosen', async () => {
    const { panels } = JSON.parse(await readFile(new URL('grafana-dashboard.json', docs), 'utf8')) as {
      panels: { title: string; gridPos: Record<'x' | 'y' | 'w' | 'h', number>; targets: { expr: string }[] }[];
    };
    expect(panels).to.have.length.above(10);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    for (const { title, targets } of panels) {
      expect(title).not.to.equal('');
      for (const { expr } of targets) expect(expr, title).to.include('job="$job"');
    }
  });

  it('the guide names no metric that there is not', async () => {
    const text = await readFile(new URL('README.md', docs), 'utf8');
    const scraped = await scrapedNames();
    const named = text.match(/shard_[a-z0-9_]+/g) ?? [];
    expect(named.length).to.be.above(3);
    expect(named.filter((name) => !scraped.has(name))).to.deep.equal([]);
  });
});
