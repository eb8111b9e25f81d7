import { GuildMember } from 'discord.js';
import type { CommandContext, Execute } from './command.ts';
import { card } from './views/card.ts';
import { plainName } from './views/plain.ts';

/** Puts somebody on a net (`assign`) or takes them off (`unassign`): options `user` and `net`. */
export function setAssignment(action: 'assign' | 'unassign'): Execute {
  return async (context) => {
    const { change, options, texts } = context;
    const userId = options.getUser('user', true).id;
    const ref = { text: options.getString('net', true) };
    const { net, changed } = await change({ type: 'assignment.set', userId, net: ref, action });
    const say = texts[action][changed ? 'done' : 'already'];
    return { view: card('good', say(personNamed(context), plainName(net.name))) };
  };
}

/** The name of the person in the option `user`, as this guild knows them. */
function personNamed({ options }: CommandContext): string {
  const member = options.getMember('user');
  const user = options.getUser('user', true);
  const nick = member instanceof GuildMember ? member.displayName : member?.nick;
  return plainName(nick ?? user.displayName);
}
