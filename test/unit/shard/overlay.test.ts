import { expect } from 'chai';
import fc from 'fast-check';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import { Overlay } from '../../../shard/overlay.ts';
import type { NetRecord, RecordChange } from '../../../shard/records.ts';
import { State } from '../../../shard/state.ts';

const net = (id: number): NetRecord => ({
  ...DEFAULT_NET_SETTINGS,
  uid: `net_${id % 7}`,
  id,
  name: `Net ${id}`,
  channelIds: [String(id)],
  createdAt: '',
  updatedAt: '',
});

const put = fc
  .nat({ max: 40 })
  .map((id): RecordChange => ({ collection: 'nets', key: `net_${id % 7}`, value: net(id) }));
const remove = fc.nat({ max: 6 }).map((id): RecordChange => ({ collection: 'nets', key: `net_${id}`, value: null }));
const changes = fc.array(fc.oneof(put, remove), { maxLength: 20 });

const shown = ({
  tables,
  netBySlot,
  netByName,
  netByChannel,
}: Pick<State, 'tables' | 'netBySlot' | 'netByName' | 'netByChannel'>) => ({
  size: tables.nets.size,
  keys: [...tables.nets.keys()],
  nets: [...tables.nets],
  values: [...tables.nets.values()],
  has: ['net_0', 'net_3', 'net_9'].map((key) => tables.nets.has(key)),
  slots: [...netBySlot].sort(([a], [b]) => a - b),
  names: [...netByName.keys()].sort(),
  channels: [...netByChannel.keys()].sort(),
});

describe('an overlay', () => {
  it('shows what the state would be with its rows, and leaves the state as it is', () => {
    fc.assert(
      fc.property(changes, changes, (before, laid) => {
        const base = new State();
        base.apply(before);
        const untouched = shown(base);
        const overlay = new Overlay(base);
        for (const row of laid) overlay.lay(row);
        const expected = new State();
        expected.apply([...before, ...laid]);
        const sorted = (view: ReturnType<typeof shown>) => ({
          ...view,
          keys: view.keys.sort(),
          nets: view.nets.sort(([a], [b]) => (a < b ? -1 : 1)),
          values: view.values.sort((a, b) => a.id - b.id),
        });
        expect(sorted(shown(overlay))).to.deep.equal(sorted(shown(expected)));
        expect(shown(base)).to.deep.equal(untouched);
      }),
    );
  });

  it('can be changed while it is iterated: what there was at the beginning is met once', () => {
    const base = new State();
    base.apply([1, 2, 3].map((id) => ({ collection: 'nets', key: `net_${id}`, value: net(id) })));
    const overlay = new Overlay(base);
    const met: string[] = [];
    for (const [key] of overlay.tables.nets) {
      met.push(key);
      overlay.lay({ collection: 'nets', key, value: null });
      overlay.lay({ collection: 'nets', key: `${key}-new`, value: net(9) });
    }
    expect(met).to.deep.equal(['net_1', 'net_2', 'net_3']);
    expect(overlay.tables.nets.size).to.equal(3);
  });
});
