import type { RegisteredCommand } from '../../world/model.ts';
import { guildFor } from '../access.ts';
import { ApiError } from '../api-error.ts';
import { readForm } from '../form.ts';
import { type RestRequest, type RestServices, type Route, StatusAnswer } from '../route.ts';
import { type CommandForm, commandSchema, commandsSchema } from '../rules/commands.ts';

/** Commands of each type an application may have in a guild, and globally: slash, user, message. */
const MAX_COMMANDS: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };

/** Application commands, global and of a guild. */
export function commandRoutes({ world }: RestServices): Route[] {
  return ['/applications/:app/commands', '/applications/:app/guilds/:guild/commands'].flatMap((path): Route[] => [
    { method: 'GET', path, handle: (request) => list(request).map((command) => shown(command, request)) },
    { method: 'PUT', path, handle: overwrite },
    { method: 'POST', path, handle: upsert },
    { method: 'GET', path: `${path}/:command`, handle: (request) => find(request) },
    { method: 'PATCH', path: `${path}/:command`, handle: edit },
    { method: 'DELETE', path: `${path}/:command`, handle: remove },
  ]);

  /** Who the commands are of and where they apply, if the bot may manage them. */
  function scope({ bot, params }: RestRequest): { appId: string; guildId: string | null } {
    if (params['app'] !== bot.userId) throw new ApiError('unknownApplication');
    const guildId = params['guild'] ?? null;
    if (guildId !== null) guildFor(world, bot, guildId);
    return { appId: bot.userId, guildId };
  }

  function list(request: RestRequest): RegisteredCommand[] {
    const { appId, guildId } = scope(request);
    return world.commands(appId, guildId);
  }

  function find(request: RestRequest): RegisteredCommand {
    const command = list(request).find(({ id }) => id === request.params['command']);
    if (!command) throw new ApiError('unknownCommand');
    return command;
  }

  function overwrite(request: RestRequest): RegisteredCommand[] {
    const before = list(request);
    const forms = readForm(commandsSchema, request.body);
    return save(
      request,
      forms.map((form) =>
        register(
          request,
          form,
          before.find((old) => isSame(old, form)),
        ),
      ),
    );
  }

  function upsert(request: RestRequest): StatusAnswer {
    const before = list(request);
    const form = readForm(commandSchema, request.body);
    const old = before.find((command) => isSame(command, form));
    const command = register(request, form, old);
    save(request, [...before.filter((other) => other !== old), command]);
    return new StatusAnswer(old ? 200 : 201, command);
  }

  function edit(request: RestRequest): RegisteredCommand {
    const old = find(request);
    const patch = typeof request.body === 'object' && request.body !== null ? request.body : {};
    const form = readForm(commandSchema, { ...old, ...patch, type: old.type });
    const command = { ...register(request, form, old), id: old.id };
    save(
      request,
      list(request).map((other) => (other === old ? command : other)),
    );
    return command;
  }

  function remove(request: RestRequest): undefined {
    const old = find(request);
    save(
      request,
      list(request).filter((other) => other !== old),
    );
  }

  function save(request: RestRequest, commands: RegisteredCommand[]): RegisteredCommand[] {
    const { appId, guildId } = scope(request);
    for (const [type, most] of Object.entries(MAX_COMMANDS)) {
      if (commands.filter((command) => command.type === Number(type)).length > most) {
        throw new ApiError('tooManyCommands');
      }
    }
    world.setCommands(appId, guildId, commands);
    return commands;
  }

  /** The command as Discord keeps it: the same id as before for the same name, a new version when it differs. */
  function register(request: RestRequest, form: CommandForm, old: RegisteredCommand | undefined): RegisteredCommand {
    const { appId, guildId } = scope(request);
    const kept = {
      application_id: appId,
      ...(guildId === null ? {} : { guild_id: guildId }),
      name_localizations: null,
      description_localizations: null,
      default_member_permissions: null,
      nsfw: false,
      ...(guildId === null ? { dm_permission: true } : {}),
      ...defined(form),
      description: form.description ?? '',
      contexts: guildId === null ? (form.contexts ?? null) : null,
      integration_types: form.integration_types ?? [0],
    };
    const { id, version, ...before } = old ?? { id: world.ids.next(), version: undefined };
    const isUnchanged = JSON.stringify(sorted(before)) === JSON.stringify(sorted(kept));
    return { id, version: isUnchanged ? version : world.ids.next(), ...kept };
  }
}

const isSame = (old: RegisteredCommand, form: CommandForm): boolean => old.name === form.name && old.type === form.type;

function defined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, inner) => inner ?? undefined)) as T;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Lists leave the translations out unless they are asked for. */
function shown(command: RegisteredCommand, { query }: RestRequest): unknown {
  if (query.get('with_localizations') === 'true') return command;
  return JSON.parse(JSON.stringify(command, (key, value) => (key.endsWith('_localizations') ? undefined : value)));
}
