import { plural } from './plural.ts';

/**
 * Every text people see, in English. Names that are handed in are escaped already. Descriptions are keyed by the words
 * of the command; the last word is the option's name. Discord allows 100 characters for each.
 */
export const en = {
  describe: {
    net: 'Radio nets: create, name, remove and bind them to voice channels',
    'net create': 'Create a net (commanders)',
    'net create name': 'What the net is called, 1 to 48 characters',
    'net rename': 'Give a net another name (commanders)',
    'net rename net': 'The net: its name, slot or uid',
    'net rename name': 'The new name, 1 to 48 characters',
    'net remove': 'Remove a net and keep it in the archive (commanders)',
    'net remove net': 'The net: its name, slot or uid',
    'net list': 'All nets with their channels, who is there and who is talking',
    'net bind': 'Make a voice channel carry a net (commanders)',
    'net bind net': 'The net: its name, slot or uid',
    'net bind channel': 'The voice channel',
    'net unbind': 'Take a voice channel off its net (commanders)',
    'net unbind channel': 'The voice channel',
    assign: 'Put someone on a net (squad leads: on nets they are on themselves)',
    'assign user': 'Who; they need not be connected',
    'assign net': 'The net: its name, slot or uid',
    unassign: 'Take someone off a net they were assigned to (squad leads: nets they are on themselves)',
    'unassign user': 'Who; they need not be connected',
    'unassign net': 'The net: its name, slot or uid',
    rule: 'Role rules: who holds a role is on its nets while connected',
    'rule add': 'Put everyone who holds a role on a net (commanders)',
    'rule add role': 'The role; @everyone is allowed',
    'rule add net': 'The net: its name, slot or uid',
    'rule remove': 'Take a net away from a role (commanders)',
    'rule remove role': 'The role',
    'rule remove net': 'The net: its name, slot or uid',
    'rule list': 'All role rules',
    op: 'The operation: voice is relayed only while it is open',
    'op open': 'Open the operation and tell this channel (commanders)',
    'op close': 'Close the operation and tell this channel (commanders)',
    'op status': 'Whether the operation is open, and who is there',
    status: 'The shard at a glance: operation, people, nets, voice workers',
    key: 'Keys for the Owner API and listeners (commanders)',
    'key create': 'Create a key; its secret is shown once, to you only (commanders: what they may do)',
    'key create name': 'What the key is for, 1 to 64 characters',
    'key create scopes': 'Owner keys: scopes with commas or spaces between, or "all", "read", "write"',
    'key create kind': 'owner: the Owner API (default); admins: service (listen-only audio), shard (diagnostics)',
    'key create expires': 'When it ends: 30d, 12h, a date such as 2030-01-31, or never (default)',
    'key list': 'Keys in use, without their secrets (commanders: those they made)',
    'key revoke': 'End a key at once (commanders: one they made)',
    'key revoke key': 'The key: its name or id',
    'key rotate': 'Replace the public token: widgets and embeds with the old one stop working (admins)',
    config: 'Channels and roles this shard works with (admins)',
    'config show': 'Show the configuration (admins)',
    'config set': 'Change the configuration; what is left out stays as it is (admins)',
    'config set ops_channel': 'Text channel for news of the operation',
    'config set ready_room': 'Voice channel where people wait; being there counts as connected',
    'config set admin_role': 'The role that may do everything here; replaces the one set before',
    'config set command_role': 'The role that may command: nets, rules, operation; replaces the one set before',
    'config set squad_lead_role': 'The role that may assign people to its own nets; replaces the one set before',
    'config set clear': 'A setting to empty',
  },
  net: {
    title: 'Nets',
    none: 'There are no nets yet. Create one with `/net create`.',
    created: (name: string, slot: number, uid: string) =>
      `Net **${name}** created in slot ${slot} (\`${uid}\`). Give it a voice channel with \`/net bind\`.`,
    renamed: (from: string, to: string) => `Net **${from}** is now called **${to}**.`,
    nameKept: (name: string) => `The net is called **${name}** already.`,
    removed: (name: string, slot: number) =>
      `Net **${name}** removed. Slot ${slot} is free; its channels and assignments are kept in the archive.`,
    bound: (channel: string, name: string) => `Channel **${channel}** now carries the net **${name}**.`,
    boundAlready: (channel: string, name: string) => `Channel **${channel}** carries the net **${name}** already.`,
    unbound: (channel: string, name: string) => `Channel **${channel}** no longer carries the net **${name}**.`,
    line: (slot: number, name: string, people: number) =>
      `**${slot} · ${name}** · ${plural(people, 'person', 'people')}`,
    talking: (names: string) => `talking: ${names}`,
    noChannel: 'no channel yet: `/net bind`',
    channel: (name: string, people: number) => `${name} (${people})`,
    channelLacksWorker: (name: string, people: number) => `${name} (${people}, ⚠️ no voice worker free)`,
    more: (count: number) => `… and ${plural(count, 'more net', 'more nets')}`,
    moreChannels: (count: number) => `… and ${plural(count, 'more channel', 'more channels')}`,
  },
  workers: {
    missing: (channels: string) =>
      `⚠️ No voice worker free for ${channels}: nobody there hears the other channels. Invite another worker bot.`,
    more: (count: number) => `${count} more`,
  },
  assign: {
    done: (person: string, net: string) => `**${person}** is now on **${net}**.`,
    already: (person: string, net: string) => `**${person}** was assigned to **${net}** already.`,
  },
  unassign: {
    done: (person: string, net: string) => `**${person}** is no longer assigned to **${net}**.`,
    already: (person: string, net: string) =>
      `**${person}** was not assigned to **${net}**. A net that comes from a role ends with the role or its rule.`,
  },
  rule: {
    title: 'Role rules',
    none: 'There are no role rules yet. Add one with `/rule add`.',
    added: (role: string, net: string, affected: number) =>
      `Whoever holds **${role}** is now on **${net}** while connected. ${plural(affected, 'connected person', 'connected people')} affected.`,
    addedAlready: (role: string, net: string) => `Whoever holds **${role}** is on **${net}** already.`,
    removed: (role: string, net: string, affected: number) =>
      `**${role}** no longer puts people on **${net}**. ${plural(affected, 'connected person', 'connected people')} affected.`,
    line: (role: string, nets: string) => `**${role}** → ${nets}`,
    more: (count: number) => `… and ${plural(count, 'more rule', 'more rules')}`,
    moreNets: (count: number) => `… and ${plural(count, 'more net', 'more nets')}`,
  },
  op: {
    opened: 'The operation is open.',
    openedBy: (person: string) =>
      `📡 Operation opened by **${person}**. Voice is relayed between the channels of each net.`,
    openAlready: 'The operation is open already.',
    closed: 'The operation is closed.',
    closedBy: (person: string) => `📴 Operation closed by **${person}**. Nothing is relayed any more.`,
    closedAlready: 'The operation is closed already.',
    openSince: (since: string) => `Operation **open** since ${since}`,
    closedSince: (since: string) => `Operation **closed** since ${since}`,
    neverOpened: 'Operation **closed**; it was never opened',
  },
  status: {
    connected: (count: number) => `${plural(count, 'operator', 'operators')} connected`,
    nets: (count: number) => plural(count, 'net', 'nets'),
    talkingOn: (nets: string) => `Talking on ${nets}`,
    nobodyTalking: 'Nobody is talking',
    reduced: (reason: string) => `⚠️ ${reason}`,
    more: (count: number) => `… and ${count} more`,
  },
  key: {
    title: 'Keys',
    none: 'There are no keys. Create one with `/key create`.',
    created: (name: string, kind: string) => `Key **${name}** (${kind}) created. This is its secret:`,
    keepIt:
      'It is shown this once and kept nowhere: copy it now. Whoever has it can use it; end it with `/key revoke`.',
    revoked: (name: string) => `Key **${name}** is revoked and no longer works.`,
    revokedAlready: (name: string) => `Key **${name}** was revoked already.`,
    line: (name: string, kind: string, id: string, end: string, use: string) =>
      `**${name}** · ${kind} · \`${id}\` · ${end} · ${use}`,
    usedAt: (when: string) => `used ${when}`,
    unused: 'never used',
    rotated:
      'The public token is replaced: widgets and embeds with the old one stop working. Get the new address with `GET /api/v1/public-token`.',
    endsAt: (when: string) => `ends ${when}`,
    endless: 'never ends',
    scopes: (scopes: string) => `-# ${scopes}`,
    more: (count: number) => `… and ${plural(count, 'more key', 'more keys')}`,
  },
  config: {
    title: 'Configuration',
    saved: 'Configuration saved',
    unchanged: 'Nothing to change: it was set like this already',
    setting: {
      ops_channel: 'Ops channel',
      ready_room: 'Ready Room',
      admin_role: 'Admin role',
      command_role: 'Command role',
      squad_lead_role: 'Squad lead role',
    },
    line: (label: string, value: string) => `${label}: ${value}`,
    notSet: 'not set',
    deletedRole: (id: string) => `a deleted role (${id})`,
    deletedChannel: (id: string) => `a deleted channel (${id})`,
  },
  acars: {
    title: { critical: '🚨 CRITICAL', emergency: '⚠️ Emergency', 'non-emergency': '📟 Message' },
    from: (sender: string) => `-# from ${sender}`,
  },
  ready: {
    title: (name: string) => `Ready check · ${name}`,
    untitled: 'Ready check',
    from: (initiator: string) => `-# asked by ${initiator}`,
    ends: (when: string) => `ends ${when}`,
    soFar: (ready: number, declined: number, pending: number) =>
      `✅ **${ready}** ready · ❌ **${declined}** not ready · ⏳ **${pending}** to answer`,
    inTheEnd: (ready: number, declined: number, away: number) =>
      `✅ **${ready}** ready · ❌ **${declined}** not ready · 💤 **${away}** did not answer`,
    who: {
      pending: (names: string) => `Waiting for ${names}`,
      declined: (names: string) => `Not ready: ${names}`,
      afk: (names: string) => `No answer: ${names}`,
    },
    allReady: 'Everyone is ready.',
    nobody: 'Nobody was asked.',
    button: { yes: 'Ready', no: 'Not ready' },
    answered: {
      ready: (name: string) => `You are **ready** for **${name}**.`,
      declined: (name: string) => `You are **not ready** for **${name}**. Click Ready when you are.`,
    },
    forgotten: 'This ready check is over.',
  },
  webhook: {
    off: (host: string) => `🔌 A webhook to **${host}** was switched off. It gets no more events.`,
    why: (reason: string) => `Why: ${reason}`,
    next: (id: string) => `-# Mend what receives it, then switch it on with POST /api/v1/webhooks/${id}/enable.`,
  },
  usage: {
    expiry: (word: string) =>
      `"${word}" is not a time I can read. Write 30d, 12h, a date such as 2030-01-31, or never.`,
    noSetting: 'Nothing was changed: name at least one setting to set or to clear.',
    setAndClear: (name: string) =>
      `Nothing was changed: ${name} cannot be set and cleared at once. Send one of the two.`,
    outdatedButton: 'This button is of an older version and nothing was changed. Use a newer message.',
    outdated: 'This command is of an older version and nothing was changed. Restart Discord and try again.',
  },
  failure: {
    unchanged: (reference: string) =>
      `Something went wrong inside the shard (reference ${reference}). Nothing was changed. Try again; if it happens again, show the reference to whoever runs the bot.`,
    changed: (reference: string) =>
      `Something went wrong inside the shard (reference ${reference}). The change was made, but its answer could not be shown. Look with /status before you repeat it.`,
  },
};
