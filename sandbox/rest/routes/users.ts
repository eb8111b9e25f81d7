import { z } from 'zod';
import { snowflakeSchema } from '../../world/model.ts';
import { applicationFlags, guildPayload, userOf, userPayload } from '../../world/payloads.ts';
import { guildPermissions } from '../../world/permissions.ts';
import { ApiError } from '../api-error.ts';
import { readForm } from '../form.ts';
import type { RestRequest, RestServices, Route } from '../route.ts';

/** Users, the bot's own application, and where the gateway is. */
export function userRoutes({ world, messages, baseUrl }: RestServices): Route[] {
  const gatewayUrl = (): string => baseUrl().replace(/^http/, 'ws');
  return [
    { method: 'GET', path: '/gateway', handle: () => ({ url: gatewayUrl() }) },
    {
      method: 'GET',
      path: '/gateway/bot',
      handle: () => ({
        url: gatewayUrl(),
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
      }),
    },
    { method: 'GET', path: '/users/@me', handle: ({ bot }) => userPayload(userOf(world, bot.userId)) },
    { method: 'GET', path: '/users/@me/guilds', handle: ({ bot }) => ownGuilds(bot.userId) },
    {
      method: 'POST',
      path: '/users/@me/channels',
      handle: ({ bot, body }) => {
        const { recipient_id } = readForm(z.object({ recipient_id: snowflakeSchema }), body);
        const person = world.users.get(recipient_id);
        if (!person) throw new ApiError('unknownUser');
        if (person.bot) throw new ApiError('cannotSendToUser');
        const { id } = messages.openDirect(bot.userId, person.id);
        return { id, type: 1, flags: 0, last_message_id: null, recipients: [userPayload(person)] };
      },
    },
    {
      method: 'GET',
      path: '/users/:user',
      handle: ({ params }) => {
        const user = world.users.get(params['user'] ?? '');
        if (!user) throw new ApiError('unknownUser');
        return userPayload(user);
      },
    },
    { method: 'GET', path: '/applications/@me', handle: application },
    { method: 'GET', path: '/oauth2/applications/@me', handle: application },
  ];

  function ownGuilds(botId: string): unknown[] {
    return world.guildsOf(botId).map((guild) => {
      const { id, name, icon, banner, features } = guildPayload(guild);
      const permissions = String(guildPermissions(guild, botId));
      return { id, name, icon, banner, owner: guild.ownerId === botId, permissions, features };
    });
  }

  function application({ bot }: RestRequest): unknown {
    const user = userOf(world, bot.userId);
    return {
      id: bot.userId,
      name: user.username,
      icon: null,
      description: '',
      bot_public: true,
      bot_require_code_grant: false,
      bot: userPayload(user),
      verify_key: '0'.repeat(64),
      team: null,
      owner: null,
      flags: applicationFlags(bot),
      summary: '',
      approximate_guild_count: world.guildsOf(bot.userId).length,
      integration_types_config: { 0: {} },
    };
  }
}
