import type { Press } from './component.ts';
import { pressReady } from './ready.ts';

/** Area of a custom id (`area:action:id:version`) → who answers its clicks. */
const AREAS: ReadonlyMap<string, Press> = new Map([['ready', pressReady]]);

/** Who answers clicks on a component with this custom id. */
export function pressFor(customId: string): { press: Press | undefined; words: string[] } {
  const [area = '', ...words] = customId.split(':');
  return { press: AREAS.get(area), words };
}
