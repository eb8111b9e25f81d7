import { createKey, revokeKey } from './access/key-commands.ts';
import { rotateToken } from './access/public-token.ts';
import { sendAcars } from './alerts/acars-commands.ts';
import { disconnectClient } from './alerts/disconnect-command.ts';
import { endReady, respondReady, startReady } from './alerts/ready-sessions.ts';
import { configureReady, removeReady } from './alerts/ready-templates.ts';
import type { CommandType } from './commands.ts';
import type { Handler } from './handler.ts';
import { deleteArchived, putEntry, updateArchived } from './nets/archive-commands.ts';
import { bindChannel, unbindChannel } from './nets/channel-commands.ts';
import { createNet, removeNet, renameNet } from './nets/net-commands.ts';
import { setRelays } from './nets/relay-commands.ts';
import { restoreArchived } from './nets/restore-net.ts';
import { updateNet } from './nets/update-commands.ts';
import { setFeatures } from './op/feature-commands.ts';
import { setOperation } from './op/operation-commands.ts';
import { applyPreset } from './op/preset-apply.ts';
import { capturePreset, deletePreset, savePreset } from './op/preset-commands.ts';
import { hidePublicNet, removePublicNet, restorePublicNet, showPublicNet } from './op/public-net-commands.ts';
import { setSettings } from './op/settings-commands.ts';
import { setAssignment, setAssignments } from './people/assignment-commands.ts';
import { addRule, removeRule, setRules } from './people/rule-commands.ts';
import { assignForAWhile, endOverdue } from './people/temporary-commands.ts';
import {
  createWebhook,
  enableWebhook,
  followKeys,
  quarantineWebhook,
  removeWebhook,
} from './record/webhook-commands.ts';

/** Command type → how it is carried out. */
export const HANDLERS: { [T in CommandType]: Handler<T> } = {
  'net.create': createNet,
  'net.update': updateNet,
  'net.relays': setRelays,
  'net.rename': renameNet,
  'net.remove': removeNet,
  'net.bind': bindChannel,
  'net.unbind': unbindChannel,
  'archive.put': putEntry,
  'archive.update': updateArchived,
  'archive.delete': deleteArchived,
  'archive.restore': restoreArchived,
  'assignment.set': setAssignment,
  'assignment.bulk': setAssignments,
  'assignment.temporary': assignForAWhile,
  'assignment.expire': endOverdue,
  'rules.set': setRules,
  'rule.add': addRule,
  'rule.remove': removeRule,
  'operation.set': setOperation,
  'features.set': setFeatures,
  'public-net.show': showPublicNet,
  'public-net.hide': hidePublicNet,
  'public-net.remove': removePublicNet,
  'public-net.restore': restorePublicNet,
  'preset.save': savePreset,
  'preset.capture': capturePreset,
  'preset.delete': deletePreset,
  'preset.apply': applyPreset,
  'settings.set': setSettings,
  'acars.send': sendAcars,
  'client.disconnect': disconnectClient,
  'ready.configure': configureReady,
  'ready.remove': removeReady,
  'ready.start': startReady,
  'ready.respond': respondReady,
  'ready.end': endReady,
  'key.create': createKey,
  'key.revoke': revokeKey,
  'token.rotate': rotateToken,
  'webhook.create': createWebhook,
  'webhook.remove': removeWebhook,
  'webhook.enable': enableWebhook,
  'webhook.quarantine': quarantineWebhook,
  'webhook.follow-keys': followKeys,
};
