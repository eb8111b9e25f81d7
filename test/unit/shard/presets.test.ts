import { expect } from 'chai';
import fc from 'fast-check';
import type { PresetContents } from '../../../shard/records.ts';
import type { Shard } from '../../../shard/shard.ts';
import { actor, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** Names that clash in case, channels that are fought over, people and roles that several nets have. */
const someName = fc.constantFrom('Alpha', 'ALPHA', 'Bravo', 'Charlie', 'Delta', 'Echo');
const someChannel = fc.constantFrom('11', '12', '13', '14', '15', '17');
const somePerson = fc.constantFrom('1', '2', '3', '4');
const someRole = fc.constantFrom('21', '22', '1000');

/** What was done before: a live state to apply presets to. */
const someDeed = fc.oneof(
  fc.record({ do: fc.constant('create' as const), name: someName, channelId: someChannel }),
  fc.record({ do: fc.constant('remove' as const), name: someName }),
  fc.record({ do: fc.constant('rename' as const), name: someName, to: someName }),
  fc.record({ do: fc.constant('assign' as const), name: someName, userId: somePerson }),
  fc.record({ do: fc.constant('rule' as const), name: someName, roleId: someRole }),
  fc.record({ do: fc.constant('public' as const), shown: fc.boolean(), roleIds: fc.subarray(['21', '22']) }),
  fc.record({ do: fc.constant('relay' as const), name: someName, to: someName }),
  fc.record({ do: fc.constant('open' as const), open: fc.boolean() }),
);
type Deed = typeof someDeed extends fc.Arbitrary<infer D> ? D : never;
const someDeeds = fc.array(someDeed, { maxLength: 15 });

const NAMES = ['alpha', 'Bravo', 'Charlie', 'Delta', 'Echo'];

/** A preset whose nets are distinct; one in ten names of nets in it may be one that it has not. */
const somePreset = fc
  .tuple(
    fc.shuffledSubarray(NAMES, { minLength: 2 }),
    fc.shuffledSubarray(['11', '12', '13', '14', '15', '17']),
    fc.array(fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }), { minLength: 5, maxLength: 5 }),
  )
  .chain(([names, channelIds, ids]) => {
    const ref = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.constantFrom(...NAMES, 3, 'Foxtrot'));
    const net = (name: string, at: number) => {
      const id = ids.indexOf(ids[at]) === at ? ids[at] : undefined;
      const others = names.filter((other) => other !== name);
      return fc.record(
        {
          name: fc.constant(name),
          id: fc.constant(id),
          relayTargets: fc.subarray(others),
          channelIds: fc.constant(channelIds.slice(at, at + 1)),
        },
        { requiredKeys: ['name', 'id'] },
      );
    };
    const refs = fc.array(ref, { minLength: 1, maxLength: 2 });
    return fc.record(
      {
        nets: fc.tuple(...names.map(net)),
        assignments: fc.dictionary(somePerson, refs, { maxKeys: 3 }),
        rules: fc.array(fc.record({ roleId: someRole, nets: refs }), { maxLength: 2 }),
        features: fc.record(
          { maxNets: fc.integer({ min: 4, max: 60 }), acarsEnabled: fc.boolean() },
          { requiredKeys: [] },
        ),
        open: fc.boolean(),
      },
      { requiredKeys: ['nets', 'assignments'] },
    );
  });
const someMode = fc.constantFrom('merge' as const, 'replace' as const);

async function perform(shard: Shard, deed: Deed): Promise<void> {
  const net = { text: 'name' in deed ? deed.name : '' };
  if (deed.do === 'create')
    await shard.change(SYSTEM, { type: 'net.create', name: deed.name, channelIds: [deed.channelId] });
  if (deed.do === 'remove') await shard.change(SYSTEM, { type: 'net.remove', net });
  if (deed.do === 'rename') await shard.change(SYSTEM, { type: 'net.rename', net, name: deed.to });
  if (deed.do === 'assign')
    await shard.change(SYSTEM, { type: 'assignment.set', userId: deed.userId, net, action: 'assign' });
  if (deed.do === 'rule') await shard.change(SYSTEM, { type: 'rule.add', roleId: deed.roleId, net });
  if (deed.do === 'public') {
    if (deed.shown) await shard.change(SYSTEM, { type: 'public-net.show', roleIds: deed.roleIds });
    else await shard.change(SYSTEM, { type: 'public-net.hide' });
  }
  if (deed.do === 'relay') await shard.change(SYSTEM, { type: 'net.relays', net, targets: [{ text: deed.to }] });
  if (deed.do === 'open') await shard.change(SYSTEM, { type: 'operation.set', open: deed.open });
}

/** A shard after some deeds; those that are refused are left out. */
async function givenNight(deeds: readonly Deed[]) {
  const given = await givenShard();
  for (const deed of deeds) await perform(given.shard, deed).catch(() => {});
  return given;
}

/** The layout, without times and without the presets. */
function layout({ records }: MemoryStore): unknown {
  const bare = (value: object | null) =>
    JSON.parse(JSON.stringify(value, (key, one) => (key === 'updatedAt' ? undefined : one)));
  return [...records.values()]
    .filter(({ collection }) =>
      ['nets', 'assignments', 'rules', 'features', 'operation', 'publicNet'].includes(collection),
    )
    .map(({ collection, key, value }) => [`${collection}/${key}`, bare(value)])
    .sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
}

const save = (shard: Shard, preset: Omit<PresetContents, 'name'>) =>
  shard.change(SYSTEM, { type: 'preset.save', preset: { ...preset, name: 'P' } });

const apply = (shard: Shard, mode: 'merge' | 'replace', dryRun = false) =>
  shard.change(SYSTEM, { type: 'preset.apply', name: 'P', mode, dryRun });

/** What it answers, or the code and the details of why not. */
const outcome = (work: Promise<{ results: unknown }>) =>
  work.then(
    ({ results }) => results,
    ({ code, details }: { code: string; details: unknown }) => {
      if (code === undefined) throw new Error('not a refusal');
      return { code, details };
    },
  );

describe('a preset', () => {
  it('that captured a layout changes nothing of it, merged or replaced', async () => {
    await fc.assert(
      fc.asyncProperty(someDeeds, someMode, async (deeds, mode) => {
        const { shard, store } = await givenNight(deeds);
        await shard.change(SYSTEM, { type: 'preset.capture', name: 'P' });
        const before = structuredClone([store.rows, [...store.records]]);
        const { results } = await apply(shard, mode);
        expect(results.filter(({ action }) => action !== 'keep')).to.deep.equal([]);
        expect([store.rows, [...store.records]]).to.deep.equal(before);
      }),
      { numRuns: 150 },
    );
  });

  it('that captured a layout brings it back after whatever was done to it, but for what is archived or renewed', async () => {
    await fc.assert(
      fc.asyncProperty(someDeeds, someDeeds, async (deeds, more) => {
        const { shard } = await givenNight(deeds);
        await shard.change(SYSTEM, { type: 'preset.capture', name: 'P' });
        const shown = () => ({
          nets: shard.read
            .nets()
            .map(({ name, channelIds }) => [name, [...channelIds].sort()])
            .sort(),
          people: [...shard.read.assignments()].map(([id, nets]) => [id, nets.map(({ name }) => name).sort()]).sort(),
          open: shard.read.operation().open,
          features: shard.read.features(),
        });
        const before = shown();
        for (const deed of more) await perform(shard, deed).catch(() => {});
        await apply(shard, 'replace');
        expect(shown()).to.deep.equal(before);
      }),
      { numRuns: 150 },
    );
  });

  it('applied twice changes nothing the second time', async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(someDeeds, somePreset, someMode, async (deeds, preset, mode) => {
        const { shard, store } = await givenNight(deeds);
        await save(shard, preset);
        if ('code' in ((await outcome(apply(shard, mode))) as object)) return;
        done += 1;
        const before = layout(store);
        const rows = store.rows.length;
        const { results } = await apply(shard, mode);
        expect(results.filter(({ action, ok }) => ok && action !== 'keep')).to.deep.equal([]);
        expect(layout(store)).to.deep.equal(before);
        expect(store.rows.length).to.equal(rows);
      }),
      { numRuns: 300 },
    );
    expect(done).to.be.above(50);
  });

  it('says in a dry run what it does then, or why it cannot; and the dry run and what cannot be done change nothing', async () => {
    let done = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(someDeeds, somePreset, someMode, async (deeds, preset, mode) => {
        const { shard, store } = await givenNight(deeds);
        await save(shard, preset);
        const before = structuredClone([store.rows, [...store.records], shard.read.nets(), shard.read.features()]);
        const now = () => [store.rows, [...store.records], shard.read.nets(), shard.read.features()];
        const dry = await outcome(apply(shard, mode, true));
        expect(now()).to.deep.equal(before);
        const real = await outcome(apply(shard, mode));
        expect(real).to.deep.equal(dry);
        if (Array.isArray(real)) done += 1;
        else {
          refused += 1;
          expect(now()).to.deep.equal(before);
        }
      }),
      { numRuns: 300 },
    );
    expect([done > 50, refused > 5], 'both happen').to.deep.equal([true, true]);
  });

  it('merged takes nothing away', async () => {
    await fc.assert(
      fc.asyncProperty(someDeeds, somePreset, async (deeds, preset) => {
        const { shard } = await givenNight(deeds);
        await save(shard, preset);
        const nets = shard.read.nets();
        const assigned = shard.read.assignments();
        const rules = shard.read.rules();
        if ('code' in ((await outcome(apply(shard, 'merge'))) as object)) return;
        for (const net of nets) {
          const after = shard.read.net({ netUid: net.uid });
          expect(after).to.include({ name: net.name, id: net.id });
          expect(after.channelIds).to.include.members(net.channelIds);
          expect(after.relayTargetNetUids).to.include.members(net.relayTargetNetUids);
        }
        for (const [userId, held] of assigned) {
          const uids = shard.read
            .assignments()
            .get(userId)
            ?.map(({ uid }) => uid);
          expect(uids).to.include.members(held.map(({ uid }) => uid));
        }
        for (const { roleId, nets: held } of rules) {
          const rule = shard.read.rules().find((one) => one.roleId === roleId);
          expect(rule?.nets.map(({ uid }) => uid)).to.include.members(held.map(({ uid }) => uid));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is saved, captured, deleted and applied by commanders; features in it need an admin', async () => {
    const { shard } = await givenShard();
    await shard.change(SYSTEM, { type: 'settings.set', commanderRoleIds: ['32'], squadLeadRoleIds: ['33'] });
    const commander = actor('1', { roleIds: ['32'] });
    const lead = actor('2', { roleIds: ['33'] });
    const admin = actor('3', { administrator: true });
    const features = { acarsEnabled: false };
    const preset = { name: 'F', nets: [], assignments: {}, rules: [] };
    expect(await refusal(shard.change(lead, { type: 'preset.save', preset }))).to.equal('authority.missing');
    await shard.change(commander, { type: 'preset.save', preset });
    const full = { type: 'preset.save' as const, preset: { ...preset, features } };
    expect(await refusal(shard.change(commander, full))).to.equal('authority.missing');
    await shard.change(admin, full);
    const applying = { type: 'preset.apply' as const, name: 'f' };
    expect(await refusal(shard.change(commander, applying))).to.equal('authority.missing');
    await shard.change(admin, applying);
    const captured = (await shard.change(commander, { type: 'preset.capture', name: 'C' })).preset;
    expect(captured).to.have.property('rules');
    expect(captured).not.to.have.property('features');
    expect(await refusal(shard.change(lead, { type: 'preset.delete', name: 'C' }))).to.equal('authority.missing');
    await shard.change(commander, { type: 'preset.delete', name: 'C' });
  });

  it('is there after a restart, and what it was applied to too', async () => {
    const { shard, store } = await givenShard();
    const preset = {
      name: 'P',
      nets: [{ name: 'Alpha', channelIds: ['11'] }],
      assignments: { '1': ['Alpha'] },
      open: true,
    };
    await shard.change(SYSTEM, { type: 'preset.save', preset });
    await apply(shard, 'replace');
    const again = await givenShard({ store: new MemoryStore(structuredClone([...store.records.values()])) });
    expect(again.shard.read.presets()).to.deep.equal(shard.read.presets());
    expect(again.shard.read.nets().map(({ name, channelIds }) => [name, channelIds])).to.deep.equal([
      ['Alpha', ['11']],
    ]);
    expect(again.shard.read.operation().open).to.equal(true);
  });
});
