import { z } from 'zod';
import type { Checkpoint } from '../shard/ports.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const checkpoint = z.object({ version: z.int(), hash: z.string(), at: z.string() }) satisfies z.ZodType<Checkpoint>;

const checkpointFile = z.object({ format: z.literal(1), checkpoints: z.record(z.string(), checkpoint) });

/** Guild id → the last checkpoint of its archive. */
export type CheckpointsByGuild = ReadonlyMap<string, Checkpoint>;

const ADVICE = 'Put back a copy, or move the file away: every shard hands its checkpoint up again at its next change.';

/** What the file holds; nothing when there is none. @throws Error when it cannot be read or understood */
export async function readCheckpointFile(file: string): Promise<CheckpointsByGuild> {
  const content = await readJsonFile(file, checkpointFile, ADVICE);
  return new Map(Object.entries(content?.checkpoints ?? {}));
}

/** Writes it whole or not at all, for the owner of the process alone (mode 0600). */
export function writeCheckpointFile(file: string, checkpoints: CheckpointsByGuild): Promise<void> {
  return writeJsonFile(file, { format: 1, checkpoints: Object.fromEntries(checkpoints) });
}
