import type { PersonContext } from '../command.ts';
import type { Texts } from '../locales/texts.ts';
import type { View } from '../views/card.ts';

/** What a click works with. */
export interface ComponentContext extends PersonContext {
  /** The words of the custom id after its area: `yes`, an id, a version. They come from outside like everything else. */
  readonly words: readonly string[];
  /** Shows something else in place of the message that was clicked on, in the guild's language. Never throws. */
  replace(view: (texts: Texts) => View): Promise<void>;
}

/** Carries a click out and says for the person alone what came of it. @throws ShardError | UsageError, shown to them */
export type Press = (context: ComponentContext) => Promise<View>;
