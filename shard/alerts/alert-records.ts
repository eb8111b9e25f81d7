/** The last alert of a key or a person, kept while their next one has to wait for it. Keyed by `key:` or `person:` and id. */
export interface AlertRecord {
  /** ISO time, UTC. */
  sentAt: string;
}

/** Whom a ready check asks. */
export interface ReadyTarget {
  everyone: boolean;
  squadLeaders: boolean;
  admins: boolean;
  roleIds: string[];
}

/** A ready check that can be started again and again. */
export interface TemplateRecord {
  id: string;
  name: string;
  message: string;
  /** `#rrggbb`. */
  color: string;
  keyCombo: string;
  target: ReadyTarget;
  createdBy: string;
  createdByName: string;
  createdAt: string;
  updatedAt: string;
}

/** Somebody who is asked; `afk`: no answer by the end. */
export interface ParticipantRecord {
  userId: string;
  name: string;
  status: 'pending' | 'ready' | 'declined' | 'afk';
  respondedAt: string | null;
}

/** A ready check that was started. */
export interface ReadyCheckRecord {
  id: string;
  templateId: string;
  name: string;
  message: string;
  color: string;
  keyCombo: string;
  target: ReadyTarget;
  initiatorId: string;
  initiatorName: string;
  source: 'api' | 'discord' | 'system' | 'timer';
  startedAt: string;
  expiresAt: string;
  completedAt: string | null;
  status: 'active' | 'complete';
  participants: ParticipantRecord[];
}
