import type { Access } from './client.ts';

/** An event as the stream and the webhooks carry it. */
export interface ShardEvent {
  id: string;
  type: string;
  guildId: string;
  at: string;
  data: Record<string, unknown>;
}

/** How long to wait before coming back after the connection was lost. */
const RETRY_MS = 1000;

/**
 * Calls `listener` with every event of these types until the signal ends it. A connection that is lost is opened again
 * where it broke off (`Last-Event-ID`), so that no event is missed and none comes twice. `connected` is called at each.
 * @throws Error when the shard refuses
 */
export async function watchEvents(
  { shardUrl, ownerKey }: Access,
  types: readonly string[],
  signal: AbortSignal,
  listener: (event: ShardEvent) => void,
  connected: () => void = () => {},
): Promise<void> {
  let lastId: string | undefined;
  const url = `${shardUrl}/api/v1/stream?events=${types.join(',')}`;
  while (!signal.aborted) {
    const headers = { Authorization: `Bearer ${ownerKey}`, ...(lastId !== undefined && { 'Last-Event-ID': lastId }) };
    try {
      const response = await fetch(url, { headers, signal });
      if (!response.ok || !response.body) throw new Refused(`the stream answered ${response.status}`);
      connected();
      for await (const event of eventsOf(response.body)) {
        lastId = event.id;
        listener(event);
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (signal.aborted) return;
      console.error(`the stream broke off (${error instanceof Error ? error.message : error}); coming back`);
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

class Refused extends Error {}

/** The events in a stream of server-sent events: blocks end with an empty line, comments begin with a colon. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ShardEvent> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      const event = data && (JSON.parse(data.slice('data: '.length)) as Partial<ShardEvent>);
      if (event && event.id !== undefined) yield event as ShardEvent;
    }
  }
}
