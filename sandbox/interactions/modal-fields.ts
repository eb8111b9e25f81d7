import { ComponentType as T } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Guild } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { type Control, checkValues, controls } from './component-values.ts';
import type { Modal } from './interactions.ts';
import { nothingResolved, type Resolved, withoutEmpty } from './option-values.ts';
import { Refusal } from './refusal.ts';

const inputSchema = z.looseObject({
  min_length: z.int().optional(),
  max_length: z.int().optional(),
  value: z.string().nullish(),
});
const boxSchema = z.looseObject({
  type: z.int(),
  id: z.int().optional(),
  component: z.unknown().optional(),
  components: z.unknown().optional(),
});

/** The data of a submitted modal. @throws Refusal 400 for a field there is not or a value Discord would not take */
export function readFields(
  world: World,
  guild: Guild,
  modal: Modal,
  fields: Readonly<Record<string, unknown>>,
): unknown {
  const known = controls(modal.components);
  for (const name of Object.keys(fields)) {
    if (!known.some((control) => control.custom_id === name)) {
      throw new Refusal(400, `fields: there is no field "${name}": ${known.map((one) => one.custom_id).join(', ')}.`);
    }
  }
  const resolved = nothingResolved();
  const submit = (control: Control): unknown => submitted(world, guild, control, fields[control.custom_id], resolved);
  const components = modal.components.map((component) => {
    const box = boxSchema.parse(component);
    const inner = controls([component]).map(submit);
    if (box.type === T.Label) return { type: box.type, id: box.id, component: inner[0] };
    if (box.type === T.ActionRow) return { type: box.type, id: box.id, components: inner };
    return { type: box.type, id: box.id };
  });
  const found = withoutEmpty(resolved);
  return { custom_id: modal.custom_id, components, ...(Object.keys(found).length > 0 ? { resolved: found } : {}) };
}

function submitted(world: World, guild: Guild, control: Control, given: unknown, resolved: Resolved): unknown {
  const { type, id, custom_id } = control;
  if (type === T.TextInput) return { type, id, custom_id, value: readText(control, given) };
  const values = z.union([z.array(z.string()), z.string().transform((one) => [one])]).safeParse(given ?? []);
  if (!values.success) throw new Refusal(400, `${custom_id}: give a list of values.`);
  checkValues(world, guild, control, values.data, resolved);
  return { type, id, custom_id, values: values.data };
}

function readText(control: Control, given: unknown): string {
  const input = inputSchema.parse(control);
  const text = given ?? input.value ?? '';
  if (typeof text !== 'string') throw new Refusal(400, `${control.custom_id}: give a text.`);
  if (text === '' && control.required === false) return text;
  const least = Math.max(input.min_length ?? 0, control.required === false ? 0 : 1);
  const most = input.max_length ?? 4000;
  if (text.length < least || text.length > most) {
    throw new Refusal(400, `${control.custom_id}: must be ${least} to ${most} characters long.`);
  }
  return text;
}
