import { GatewayOpcodes, GatewayIntentBits as I } from 'discord-api-types/v10';
import { z } from 'zod';
import { displayName, type Guild, type Member, snowflakeSchema } from '../world/model.ts';
import { memberPayload, userOf } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import type { GatewaySession } from './session.ts';

/** Members in one chunk (Discord's documentation, "Guild Members Chunk"). */
const CHUNK = 1000;
/** Members answered to a prefix or a list of ids. */
const MATCHED = 100;
/** All-member requests: one per guild and bot in this time, in milliseconds. */
const ALL_MEMBERS_PER_MS = 30_000;
/** Bytes of a nonce that is sent back. */
const NONCE_BYTES = 32;

/** Op 8: asks for members of one guild. */
export const memberRequestSchema = z.object({
  guild_id: snowflakeSchema,
  query: z.string().optional(),
  limit: z.int().min(0).optional(),
  presences: z.boolean().optional(),
  user_ids: z.union([snowflakeSchema, z.array(snowflakeSchema)]).optional(),
  nonce: z.string().optional(),
});

type MemberRequest = z.infer<typeof memberRequestSchema>;

/** Answers op 8 with GUILD_MEMBERS_CHUNK events, or RATE_LIMITED when all members are asked for too often. */
export class MemberRequests {
  private readonly world: World;
  /** When all members of a guild may be asked for again, by bot and guild. */
  private readonly nextAllowed = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
  }

  /** Requests the bot has no right to are not answered at all, as with Discord. */
  answer(session: GatewaySession, request: MemberRequest): void {
    const guild = this.world.guilds.get(request.guild_id);
    if (!guild?.members.has(session.bot.userId)) return;
    const isForAll = request.user_ids === undefined && request.query === '' && !request.limit;
    if (isForAll && !session.wants(I.GuildMembers)) return;
    if (isForAll && this.isTooOften(session, request)) return;
    const { members, notFound } = this.match(guild, request);
    this.send(session, request, members, notFound);
  }

  private isTooOften(session: GatewaySession, request: MemberRequest): boolean {
    const key = `${session.bot.userId}:${request.guild_id}`;
    const waitMs = (this.nextAllowed.get(key) ?? 0) - this.world.now();
    if (waitMs <= 0) {
      this.nextAllowed.set(key, this.world.now() + ALL_MEMBERS_PER_MS);
      return false;
    }
    session.dispatch('RATE_LIMITED', {
      opcode: GatewayOpcodes.RequestGuildMembers,
      retry_after: waitMs / 1000,
      meta: { guild_id: request.guild_id, ...nonceOf(request) },
    });
    return true;
  }

  private match(guild: Guild, request: MemberRequest): { members: Member[]; notFound?: string[] } {
    if (request.user_ids !== undefined) {
      const ids = [request.user_ids].flat().slice(0, MATCHED);
      return {
        members: ids.flatMap((id) => guild.members.get(id) ?? []),
        notFound: ids.filter((id) => !guild.members.has(id)),
      };
    }
    const prefix = (request.query ?? '').toLowerCase();
    const members = [...guild.members.values()].filter((member) => {
      const user = userOf(this.world, member.userId);
      return [user.username, displayName(user, member)].some((name) => name.toLowerCase().startsWith(prefix));
    });
    if (!request.limit && prefix === '') return { members };
    return { members: members.slice(0, Math.min(request.limit || MATCHED, MATCHED)) };
  }

  private send(session: GatewaySession, request: MemberRequest, members: Member[], notFound?: string[]): void {
    const count = Math.max(1, Math.ceil(members.length / CHUNK));
    for (let index = 0; index < count; index++) {
      session.dispatch('GUILD_MEMBERS_CHUNK', {
        guild_id: request.guild_id,
        members: members.slice(index * CHUNK, (index + 1) * CHUNK).map((member) => memberPayload(this.world, member)),
        chunk_index: index,
        chunk_count: count,
        ...(notFound && notFound.length > 0 ? { not_found: notFound } : {}),
        ...(request.presences ? { presences: [] } : {}),
        ...nonceOf(request),
      });
    }
  }
}

function nonceOf({ nonce }: MemberRequest): { nonce?: string } {
  return nonce !== undefined && Buffer.byteLength(nonce) <= NONCE_BYTES ? { nonce } : {};
}
