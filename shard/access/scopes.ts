/** The scopes of the Owner API, as its contract lists them. */
export const SCOPES = [
  'read:status',
  'read:roster',
  'read:roster:roles',
  'read:assignments',
  'read:events',
  'read:metrics',
  'read:audit',
  'read:ready-checks',
  'write:assignments',
  'write:nets',
  'write:archive',
  'write:operation',
  'write:rules',
  'write:presets',
  'write:acars',
  'write:clients',
  'write:ready-checks',
  'manage:features',
] as const;

/** What a key may be allowed to do. */
export type Scope = (typeof SCOPES)[number];

/** Whether a word is a scope. */
export function isScope(word: string): word is Scope {
  return (SCOPES as readonly string[]).includes(word);
}
