import { type APIMessage, ComponentType as T } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Guild } from '../world/model.ts';
import { partialChannelPayload, rolePayload } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import { addUser, nothingResolved, type Resolved, withoutEmpty } from './option-values.ts';
import { Refusal } from './refusal.ts';

const controlSchema = z.looseObject({
  type: z.int(),
  id: z.int().optional(),
  custom_id: z.string(),
  style: z.int().optional(),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
  min_values: z.int().optional(),
  max_values: z.int().optional(),
  options: z.array(z.looseObject({ value: z.string() })).nullish(),
  channel_types: z.array(z.int()).nullish(),
});

/** A button, a select or an input, as far as using it goes. */
export type Control = z.infer<typeof controlSchema>;

const treeSchema = z.looseObject({
  components: z.array(z.unknown()).optional(),
  component: z.unknown().optional(),
  accessory: z.unknown().optional(),
});

/** Every control in a tree of components. */
export function controls(components: readonly unknown[]): Control[] {
  return components.flatMap((component) => {
    const own = controlSchema.safeParse(component).data;
    const tree = treeSchema.safeParse(component).data;
    const below = [...(tree?.components ?? []), tree?.component, tree?.accessory].filter((one) => one !== undefined);
    return [...(own ? [own] : []), ...controls(below)];
  });
}

/** The data of a click or a choice. @throws Refusal 404 for a control there is not, 400 for one that cannot be used so */
export function readSelected(
  world: World,
  guild: Guild,
  message: APIMessage,
  customId: string,
  values: readonly string[],
): unknown {
  const control = controls(message.components ?? []).find((one) => one.custom_id === customId);
  if (!control) throw new Refusal(404, `customId: message ${message.id} has no component "${customId}".`);
  if (control.disabled) throw new Refusal(400, `customId: "${customId}" is disabled.`);
  const common = { custom_id: customId, component_type: control.type, id: control.id };
  if (control.type === T.Button) {
    if (values.length > 0) throw new Refusal(400, 'values: a button takes none.');
    return common;
  }
  const resolved = nothingResolved();
  checkValues(world, guild, control, values, resolved);
  return { ...common, values, ...(control.type === T.StringSelect ? {} : { resolved: withoutEmpty(resolved) }) };
}

/** Checks what is chosen in a select and adds what the ids stand for. */
export function checkValues(
  world: World,
  guild: Guild,
  control: Control,
  values: readonly string[],
  resolved: Resolved,
): void {
  const least = control.required === false ? 0 : (control.min_values ?? 1);
  const most = control.max_values ?? 1;
  if (values.length < least || values.length > most) {
    throw new Refusal(400, `${control.custom_id}: choose ${least} to ${most} values, not ${values.length}.`);
  }
  for (const value of values) {
    if (!isOffered(world, guild, control, value, resolved)) {
      throw new Refusal(400, `${control.custom_id}: "${value}" is not offered.`);
    }
  }
}

function isOffered(world: World, guild: Guild, control: Control, value: string, resolved: Resolved): boolean {
  const isAnything = control.type === T.MentionableSelect;
  if (control.type === T.StringSelect) return control.options?.some((option) => option.value === value) ?? false;
  if ((control.type === T.UserSelect || isAnything) && guild.members.has(value)) {
    addUser(resolved, { world, guild }, value);
    return true;
  }
  const role = guild.roles.get(value);
  if ((control.type === T.RoleSelect || isAnything) && role) {
    resolved.roles[value] = rolePayload(role);
    return true;
  }
  const channel = guild.channels.get(value);
  const fits = !control.channel_types?.length || control.channel_types.includes(channel?.type ?? -1);
  if (control.type !== T.ChannelSelect || !channel || !fits) return false;
  resolved.channels[value] = partialChannelPayload(guild, channel, guild.ownerId);
  return true;
}
