import { ShardError } from '../../shard/errors.ts';
import { UsageError } from '../usage-error.ts';
import { card } from '../views/card.ts';
import { plainName } from '../views/plain.ts';
import { READY_ANSWERS, READY_VERSION, readyCheckView } from '../views/ready-check.ts';
import type { ComponentContext, Press } from './component.ts';

/** The buttons of a ready check. The last answer counts, so a click on the other one changes it. */
export const pressReady: Press = async (context) => {
  const { words, texts, change } = context;
  const [action = '', sessionId = '', version] = words;
  const status = READY_ANSWERS.get(action);
  if (!status || version !== READY_VERSION) throw new UsageError(texts.usage.outdatedButton);
  try {
    const { session } = await change({ type: 'ready.respond', sessionId, status });
    return card(status === 'ready' ? 'good' : 'warning', texts.ready.answered[status](plainName(session.name)));
  } catch (error) {
    await takeButtonsOff(context, sessionId, error);
    throw error;
  }
};

/** A message that was left behind, by a restart say, shows how its session ended. */
async function takeButtonsOff({ read, replace }: ComponentContext, id: string, error: unknown): Promise<void> {
  const session = read.readySessions().find((one) => one.id === id);
  if (!(error instanceof ShardError)) return;
  if (error.code === 'ready.over' && session?.status === 'complete')
    await replace((texts) => readyCheckView(session, texts));
  if (error.code === 'ready.session-unknown') await replace((texts) => card('plain', texts.ready.forgotten));
}
