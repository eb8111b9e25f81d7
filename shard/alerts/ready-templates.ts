import type { ReadyTemplateInput, TargetInput } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { mintAlertId } from '../mint.ts';
import { requireId } from '../nets/channels.ts';
import { requireFeature } from '../op/require-feature.ts';
import { actorId } from '../people/actor.ts';
import type { ReadyTarget, TemplateRecord } from './alert-records.ts';
import { ALERT_TEXT_MAX, cleanText, textForm } from './alert-text.ts';

/** Most ready checks a guild keeps. */
const MAX_TEMPLATES = 100;
/** Longest name of a ready check, in characters. */
export const READY_NAME_MAX = 48;
/** Longest key combination, in characters. */
export const KEY_COMBO_MAX = 64;
/** Discord allows 250 roles in a guild. */
export const MAX_TARGET_ROLES = 250;
/** What an id of a ready check looks like; whoever makes one may choose it. */
export const READY_ID = /^[\w.-]{1,64}$/;
/** What a colour looks like. */
export const COLOR = /^#[0-9a-f]{6}$/i;

const USUAL_COLOR = '#f1c40f';

export const configureReady: Handler<'ready.configure'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, input, context) {
    requireFeature(draft.state, context, 'ready-checks');
    const { templates } = draft.state.tables;
    if (input.id !== undefined && !READY_ID.test(input.id)) throw invalidReady('id', ID_FORM);
    const old = input.id === undefined ? undefined : templates.get(input.id);
    if (!old && templates.size >= MAX_TEMPLATES) throw new ShardError('ready.template-limit', { max: MAX_TEMPLATES });
    const template: TemplateRecord = {
      id: input.id ?? mintAlertId('check', context.ids),
      ...cleanTemplate(input, old),
      createdBy: old?.createdBy ?? actorId(draft.actor),
      createdByName: old?.createdByName ?? draft.actor.name,
      createdAt: old?.createdAt ?? draft.at,
      updatedAt: draft.at,
    };
    draft.put('templates', template.id, template);
    draft.emit({ type: 'ready-check.configured', data: templateEvent(draft, template.id) });
    return { template, created: !old };
  },
};

export const removeReady: Handler<'ready.remove'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { id }) {
    const template = templateOf(draft, id);
    draft.remove('templates', template.id);
    draft.emit({ type: 'ready-check.removed', data: templateEvent(draft, template.id) });
    return { template };
  },
};

/** @throws ShardError ready.template-unknown */
export function templateOf(draft: Draft, id: string): TemplateRecord {
  const template = draft.state.tables.templates.get(id);
  if (!template) throw new ShardError('ready.template-unknown', { ref: id.slice(0, 64) });
  return template;
}

/** A field that cannot be used, with what it must be like in words. */
export function invalidReady(field: string, form: string): ShardError {
  return new ShardError('ready.invalid', { field, form });
}

/** What fields must be like, in words. */
export const ID_FORM = 'it has 1 to 64 letters, digits, dots, dashes and underscores.';
export const COLOR_FORM = 'it is written as #rrggbb.';
export const COMBO_FORM = `it has at most ${KEY_COMBO_MAX} characters, none of them a control character.`;

/** What is left out stays as it was; of a new one it is the usual. */
function cleanTemplate(input: ReadyTemplateInput, old: TemplateRecord | undefined) {
  const message = cleanText(input.message, ALERT_TEXT_MAX);
  if (message === null) throw invalidReady('message', textForm(ALERT_TEXT_MAX));
  const name = cleanText(input.name ?? old?.name ?? firstCharacters(message), READY_NAME_MAX);
  if (name === null) throw invalidReady('name', textForm(READY_NAME_MAX));
  const color = (input.color ?? old?.color ?? USUAL_COLOR).toLowerCase();
  if (!COLOR.test(color)) throw invalidReady('color', COLOR_FORM);
  const combo = (input.keyCombo ?? old?.keyCombo ?? '').trim();
  const keyCombo = combo === '' ? '' : cleanText(combo, KEY_COMBO_MAX);
  if (keyCombo === null) throw invalidReady('keyCombo', COMBO_FORM);
  const target = input.target ? cleanTarget(input.target) : (old?.target ?? cleanTarget({}));
  return { name, message, color, keyCombo, target };
}

function firstCharacters(message: string): string {
  return [...message].slice(0, READY_NAME_MAX).join('');
}

/** Everyone, unless it names others or says no. */
function cleanTarget({ everyone, squadLeaders = false, admins = false, roleIds = [] }: TargetInput): ReadyTarget {
  if (roleIds.length > MAX_TARGET_ROLES) throw invalidReady('target', `it names at most ${MAX_TARGET_ROLES} roles.`);
  roleIds.forEach(requireId);
  const others = squadLeaders || admins || roleIds.length > 0;
  return { everyone: everyone ?? !others, squadLeaders, admins, roleIds: [...new Set(roleIds)] };
}

function templateEvent(draft: Draft, templateId: string) {
  const { keyId } = draft.cause();
  return { templateId, ...(keyId && { keyId }), senderId: actorId(draft.actor), senderName: draft.actor.name };
}
