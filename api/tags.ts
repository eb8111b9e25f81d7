/** Groups of operations: name → what they are about, in the order of the reference. */
const TAGS: Readonly<Record<string, string>> = {
  Status: 'How the guild is doing at this moment, and what this API can do.',
  Assignments: 'Who is on which net: by hand, for a while, and what comes of it.',
  Nets: 'Radio nets: their names, channels, settings and who else hears them.',
  Archive: 'Nets that were removed, with what belonged to them, and how to bring them back.',
  Operation: 'The operation and the feature switches of the guild.',
  'Public Net': 'The net that everyone, or everyone with certain roles, is on.',
  Rules: 'Role rules: who holds a role is on its nets while connected.',
  Presets: 'Layouts of an operation that are applied at once.',
  'Alerts and clients': 'Text alerts, other things that reach people at once, and the end of their connections.',
  'Ready checks': 'Asking people whether they are ready, and what they answer.',
  Events: 'What happens, as it happens: the event stream and webhooks.',
  Metrics: 'Talk time, occupancy and numbers for monitoring.',
  Audit: 'Who did what with this API and with commands.',
  Public: 'What may be shown on a website, without a key.',
  Listening: 'Programs that hear nets: transcripts, recordings, alarms.',
  Health: 'Whether the program runs and is usable, and what it holds.',
};

/** The tags of these operations as the document lists them, in order. @throws Error for one that nothing is said of */
export function documentTags(used: Iterable<string>): { name: string; description: string }[] {
  const names = new Set(used);
  const unknown = [...names].filter((name) => !(name in TAGS));
  if (unknown.length > 0) throw new Error(`api/tags.ts says nothing of ${unknown.join(', ')}`);
  return Object.entries(TAGS)
    .filter(([name]) => names.has(name))
    .map(([name, description]) => ({ name, description }));
}
