import { MessageFlags } from 'discord.js';
import type { View } from '../commands/views/card.ts';

/** A screen as a message for everyone. Names and texts are what people typed: whatever is in them, nobody is pinged. */
export function announcement(view: View) {
  return {
    components: [view],
    flags: MessageFlags.IsComponentsV2 as const,
    allowedMentions: { parse: [] },
  };
}
