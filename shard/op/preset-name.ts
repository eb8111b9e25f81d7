import { ShardError } from '../errors.ts';
import { isCleanName } from '../nets/net-name.ts';
import type { PresetRecord } from '../records.ts';
import type { StateView } from '../state.ts';

/** Longest preset name, in characters. */
export const PRESET_NAME_MAX = 64;

/** Names that a URL cannot carry: clients take them for steps between folders. */
const UNREACHABLE = ['.', '..'];

/** Whether this, trimmed and composed, can be a preset's name. */
export function isPresetName(name: string): boolean {
  return isCleanName(name, PRESET_NAME_MAX) && !UNREACHABLE.includes(name);
}

/** The name as it is kept: trimmed and composed (NFC). @throws ShardError preset.name-invalid */
export function cleanPresetName(raw: string): string {
  const name = raw.normalize('NFC').trim();
  if (!isPresetName(name)) throw new ShardError('preset.name-invalid', { max: PRESET_NAME_MAX });
  return name;
}

/** The key of a preset: presets whose names differ in case alone are the same. */
export function presetKey(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** The preset of that name in any case. @throws ShardError preset.unknown */
export function presetOf(state: StateView, name: string): PresetRecord {
  const preset = state.tables.presets.get(presetKey(name));
  if (!preset) throw new ShardError('preset.unknown', { name: name.slice(0, PRESET_NAME_MAX) });
  return preset;
}
