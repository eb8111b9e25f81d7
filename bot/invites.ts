import { type Client, OAuth2Routes, OAuth2Scopes, PermissionFlagsBits, PermissionsBitField } from 'discord.js';
import { VOICE_PERMISSIONS } from './voice/account.ts';

/** What the main bot needs in a guild: a worker's permissions, to write where it announces things, to end connections. */
const MAIN_PERMISSIONS = new PermissionsBitField([
  VOICE_PERMISSIONS.bitfield,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.EmbedLinks,
  PermissionFlagsBits.MoveMembers,
]);

/** A link with which an administrator adds an account to their guild. */
export interface Invite {
  /** `main bot`, `worker 2`. */
  name: string;
  url: string;
}

/** The main bot's link: with commands. */
export function mainInvite(name: string, client: Client<true>): Invite {
  return invite(name, client, [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands], MAIN_PERMISSIONS);
}

/** A worker's link: it only listens and speaks. */
export function workerInvite(name: string, client: Client<true>): Invite {
  return invite(name, client, [OAuth2Scopes.Bot], VOICE_PERMISSIONS);
}

function invite(name: string, client: Client<true>, scopes: OAuth2Scopes[], permissions: PermissionsBitField): Invite {
  const url = new URL(OAuth2Routes.authorizationURL);
  url.searchParams.set('client_id', client.application.id);
  url.searchParams.set('scope', scopes.join(' '));
  url.searchParams.set('permissions', permissions.bitfield.toString());
  return { name, url: url.href };
}
