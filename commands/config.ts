import { ChannelType } from 'discord.js';
import type { SettingsRecord } from '../shard/records.ts';
import { bySubcommand, type CommandContext, type Execute, type SlashCommand } from './command.ts';
import { ADMINISTRATORS, channelOption, roleOption, slashCommand, subcommand, textOption } from './define.ts';
import { en } from './locales/en.ts';
import { requireAdmin } from './require-admin.ts';
import { UsageError } from './usage-error.ts';
import { configView } from './views/config.ts';

type Settings = Partial<SettingsRecord>;

/** A setting as an option: what giving an id to it sets (`null` empties it). A role replaces the ones set before. */
const SETTINGS: Readonly<Record<string, (id: string | null) => Settings>> = {
  ops_channel: (id) => ({ opsChannelId: id }),
  ready_room: (id) => ({ readyRoomId: id }),
  admin_role: (id) => ({ adminRoleIds: id === null ? [] : [id] }),
  command_role: (id) => ({ commanderRoleIds: id === null ? [] : [id] }),
  squad_lead_role: (id) => ({ squadLeadRoleIds: id === null ? [] : [id] }),
};

const show: Execute = (context) => {
  requireAdmin(context);
  const { read, texts } = context;
  return { view: configView(texts.config.title, read.settings(), read, texts) };
};

const set: Execute = async (context) => {
  const { change, read, texts } = context;
  const { settings, changed } = await change({ type: 'settings.set', ...wantedSettings(context) });
  return { view: configView(changed ? texts.config.saved : texts.config.unchanged, settings, read, texts) };
};

/** @throws UsageError when no setting is named, or one is to be both set and cleared */
function wantedSettings({ options, texts }: CommandContext): Settings {
  const cleared = options.getString('clear');
  let wanted: Settings = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const id = String(options.get(name)?.value ?? '');
    if (id && name === cleared) throw new UsageError(texts.usage.setAndClear(name));
    if (id || name === cleared) wanted = { ...wanted, ...setting(id || null) };
  }
  if (Object.keys(wanted).length === 0) throw new UsageError(texts.usage.noSetting);
  return wanted;
}

/** `/config`: the channels and roles the shard works with. */
export const config: SlashCommand = {
  data: slashCommand('config', ADMINISTRATORS, [
    subcommand('config show'),
    subcommand('config set', [
      channelOption('config set ops_channel', [ChannelType.GuildText], false),
      channelOption('config set ready_room', [ChannelType.GuildVoice], false),
      roleOption('config set admin_role', false),
      roleOption('config set command_role', false),
      roleOption('config set squad_lead_role', false),
      textOption('config set clear', {
        required: false,
        choices: Object.entries(en.config.setting).map(([value, name]) => ({ name, value })),
      }),
    ]),
  ]),
  execute: bySubcommand({ show, set }),
};
