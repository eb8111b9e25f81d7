import type { Reads } from '../../shard/reads.ts';
import type { SettingsRecord } from '../../shard/records.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, type View } from './card.ts';
import { channelName, roleName } from './names.ts';

/** Characters one setting may take for its roles: four settings of this size fit on a screen. */
const ROLES_BUDGET = 600;

/** What is configured. */
export function configView(title: string, settings: SettingsRecord, read: Reads, texts: Texts): View {
  const { setting, notSet, line } = texts.config;
  const channel = (id: string | null) => (id === null ? notSet : channelName(read, texts, id));
  const roles = (ids: readonly string[]) => {
    const names = ids.map((id) => roleName(read, texts, id));
    return names.length === 0 ? notSet : fitLines(names, ROLES_BUDGET, texts.status.more, ', ');
  };
  const lines = [
    line(setting.ops_channel, channel(settings.opsChannelId)),
    line(setting.ready_room, channel(settings.readyRoomId)),
    line(setting.admin_role, roles(settings.adminRoleIds)),
    line(setting.command_role, roles(settings.commanderRoleIds)),
    line(setting.squad_lead_role, roles(settings.squadLeadRoleIds)),
  ];
  return card('plain', `### ${title}`, lines.join('\n'));
}
