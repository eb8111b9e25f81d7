import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { requireAuthority } from '../people/authority.ts';
import type { PresetContents, PresetRecord } from '../records.ts';
import { captureLayout } from './preset-capture.ts';
import { cleanPreset, countAssignments } from './preset-check.ts';
import { presetKey, presetOf } from './preset-name.ts';

/** Most presets in one guild. */
const MAX_PRESETS = 100;

/** Most assignments in all presets of a guild together: about half a megabyte, which a list of them answers at once. */
const MAX_ASSIGNMENTS = 20_000;

export const savePreset: Handler<'preset.save'> = {
  needs: 'commander',
  privileged: true,
  plan: (draft, { preset }) => save(draft, cleanPreset(preset), 'preset.save'),
};

export const capturePreset: Handler<'preset.capture'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, { name, description }) {
    const layout = captureLayout(draft.state, draft.actor);
    return save(draft, cleanPreset({ name, description, ...layout }), 'preset.capture');
  },
};

export const deletePreset: Handler<'preset.delete'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input) {
    const { name } = presetOf(draft.state, input.name);
    draft.remove('presets', presetKey(name));
    tellPreset(draft, 'preset.delete', name);
    return { name };
  },
};

/**
 * Whether the actor may set what the preset holds besides nets, assignments and the state of the operation.
 * @throws ShardError scope.missing | authority.missing
 */
export function requireContents({ state, actor }: Draft, { rules, features }: PresetContents): void {
  if (rules) requireAuthority(state, actor, 'rules.set', 'commander');
  if (features) requireAuthority(state, actor, 'features.set', 'admin');
}

/** Publishes what became of a preset. */
export function tellPreset(draft: Draft, action: string, preset: string, result?: string): void {
  const { keyId } = draft.cause();
  const data = { action, preset, ...(result && { result }), ...(keyId && { keyId }) };
  draft.emit({ type: 'config.changed', data });
}

function save(draft: Draft, contents: PresetContents, action: string): { preset: PresetRecord; created: boolean } {
  requireContents(draft, contents);
  const key = presetKey(contents.name);
  const old = draft.state.tables.presets.get(key);
  requireRoom(draft, contents, key);
  const preset = { ...contents, createdAt: old?.createdAt ?? draft.at, updatedAt: draft.at };
  draft.put('presets', key, preset);
  tellPreset(draft, action, preset.name);
  return { preset, created: old === undefined };
}

function requireRoom({ state }: Draft, contents: PresetContents, key: string): void {
  const others = [...state.tables.presets].filter(([other]) => other !== key).map(([, preset]) => preset);
  if (others.length >= MAX_PRESETS) throw new ShardError('preset.limit', { max: MAX_PRESETS });
  const assignments = [...others, contents].reduce((sum, preset) => sum + countAssignments(preset), 0);
  if (assignments > MAX_ASSIGNMENTS) throw new ShardError('preset.room', { max: MAX_ASSIGNMENTS });
}
