import { type APIContainerComponent, ComponentType } from 'discord.js';

/** A screen: one container of Components V2. */
export type View = APIContainerComponent;

/** The colour of a screen's edge, 0xRRGGBB. */
const EDGE = { plain: 0x5865f2, good: 0x57f287, warning: 0xfee75c, urgent: 0xe67e22, bad: 0xed4245 };

/** What the colour of a screen's edge says. */
export type Mood = keyof typeof EDGE;

/** Discord refuses messages with more text than this over all their components. */
export const TEXT_LIMIT = 4000;

/** A screen of one or more paragraphs. Cut off at Discord's limit: lists shorten themselves before, see `fitLines`. */
export function card(mood: Mood, ...paragraphs: string[]): View {
  let left = TEXT_LIMIT;
  const components: View['components'] = [];
  for (const paragraph of paragraphs) {
    const content = clip(paragraph, left);
    if (content === '') continue;
    components.push({ type: ComponentType.TextDisplay, content });
    left -= content.length;
  }
  return { type: ComponentType.Container, accent_color: EDGE[mood], components };
}

/** The text in at most `max` UTF-16 units, ended with … where it was cut; never in the middle of a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > max - 1) break;
    kept += character;
  }
  return max > 0 ? `${kept}…` : '';
}

/** As many entries as fit into `budget` UTF-16 units, one per line; the rest is counted by `more`. */
export function fitLines(
  entries: readonly string[],
  budget: number,
  more: (count: number) => string,
  separator = '\n',
): string {
  const whole = entries.join(separator);
  if (whole.length <= budget) return whole;
  const room = budget - more(entries.length).length - separator.length;
  let kept = 0;
  let length = 0;
  for (const entry of entries) {
    length += entry.length + separator.length;
    if (length > room) break;
    kept += 1;
  }
  return [...entries.slice(0, kept), more(entries.length - kept)].join(separator);
}
