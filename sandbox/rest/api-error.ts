/**
 * What Discord answers when it refuses: HTTP status, JSON error code, sentence (Discord's documentation, "Opcodes and
 * Status Codes", JSON error codes).
 */
const API_ERRORS = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  internal: [500, 0, '500: Internal Server Error'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownOverwrite: [404, 10009, 'Unknown permission overwrite'],
  unknownRole: [404, 10011, 'Unknown Role'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  unknownVoiceState: [404, 10065, 'Unknown Voice State'],
  tooManyRoles: [400, 30005, 'Maximum number of guild roles reached (250)'],
  tooManyChannels: [400, 30013, 'Maximum number of guild channels reached (500)'],
  tooManyCommands: [400, 30032, 'Maximum number of application commands reached (100)'],
  entityTooLarge: [413, 40005, 'Request entity too large'],
  notInVoice: [400, 40032, 'Target user is not connected to voice.'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50001, 'Missing Access'],
  notYourMessage: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  cannotSendToUser: [403, 50007, 'Cannot send messages to this user'],
  wrongChannelType: [400, 50024, 'Cannot execute action on this channel type'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  invalidRole: [400, 50028, 'Invalid Role'],
  invalidForm: [400, 50035, 'Invalid Form Body'],
  invalidJson: [400, 50109, 'The request body contains invalid JSON.'],
} as const satisfies Record<string, readonly [number, number, string]>;

export type ApiErrorName = keyof typeof API_ERRORS;

/** One complaint about one field of a body. */
export interface FieldError {
  path: readonly (string | number)[];
  /** Such as `BASE_TYPE_REQUIRED`. */
  code: string;
  message: string;
}

/** A refusal as Discord words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: { code: number; message: string; errors?: unknown };

  constructor(name: ApiErrorName, fields: readonly FieldError[] = []) {
    const [status, code, message] = API_ERRORS[name];
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.body = { message, code, ...(fields.length > 0 ? { errors: nest(fields) } : {}) };
  }
}

interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

function nest(fields: readonly FieldError[]): ErrorTree {
  const root: ErrorTree = {};
  for (const { path, code, message } of fields) {
    const node = path.reduce<ErrorTree>((parent, key) => {
      const child = parent[key];
      if (child && !Array.isArray(child)) return child;
      const made: ErrorTree = {};
      parent[key] = made;
      return made;
    }, root);
    const errors = node['_errors'];
    if (Array.isArray(errors)) errors.push({ code, message });
    else node['_errors'] = [{ code, message }];
  }
  return root;
}
