import { z } from 'zod';
import { Refusal } from '../interactions/refusal.ts';
import { openSpeech, SpeechError } from '../people/speech.ts';
import { snowflakeSchema } from '../world/model.ts';
import { type JoinRefusal, joinRefusal } from '../world/voice-access.ts';
import type { World } from '../world/world.ts';
import type { ControlCall, ControlRoute } from './control.ts';
import { channelOf, personOf } from './lookup.ts';
import type { People } from './people.ts';

const voiceBody = z.strictObject({
  channelId: snowflakeSchema.nullable(),
  selfMute: z.boolean().optional(),
  selfDeaf: z.boolean().optional(),
});
const speakBody = z.strictObject({
  speech: z.string().optional(),
  toneHz: z.number().optional(),
  file: z.string().optional(),
  durationMs: z.number().optional(),
  wait: z.boolean().default(false),
});
const sinceQuery = z.iso.datetime({ offset: true }).nullable();

const REFUSALS: Readonly<Record<JoinRefusal, [400 | 403, string]>> = {
  'not-voice': [400, 'is not a voice channel'],
  'not-allowed': [403, 'cannot be seen or entered by this person'],
  full: [403, 'is full'],
};

/** People in voice: where they are, what they say, what they heard. */
export function voiceRoutes(world: World, people: People, log: (line: string) => void): ControlRoute[] {
  return [
    { method: 'POST', path: '/members/:member/voice', handle: enter },
    { method: 'POST', path: '/members/:member/speak', handle: speak },
    { method: 'GET', path: '/members/:member/heard', handle: (call) => heardLog(call).heard(since(call)) },
    { method: 'GET', path: '/members/:member/heard.wav', handle: (call) => heardLog(call).heardWav(since(call)) },
  ];

  async function enter({ params, read }: ControlCall): Promise<unknown> {
    const person = personOf(world, params['member']);
    const { channelId, selfMute, selfDeaf } = read(voiceBody);
    if (channelId === null) {
      people.leave(person.id);
      return { channelId };
    }
    const { guild, channel } = channelOf(world, channelId);
    if (!guild.members.has(person.id)) {
      throw new Refusal(404, `channelId: ${person.id} is not in the guild of channel ${channelId}.`);
    }
    const refusal = joinRefusal(guild, channel, person.id);
    if (refusal) throw new Refusal(REFUSALS[refusal][0], `channelId: ${channel.name} ${REFUSALS[refusal][1]}.`);
    const before = guild.voice.get(person.id);
    const self = {
      selfMute: selfMute ?? before?.selfMute ?? false,
      selfDeaf: selfDeaf ?? before?.selfDeaf ?? false,
    };
    await people.join(person.id, guild, channel, self).catch((error: Error) => {
      throw new Refusal(500, `${person.globalName} could not connect: ${error.message}`);
    });
    return { channelId };
  }

  async function speak({ params, read }: ControlCall): Promise<unknown> {
    const person = personOf(world, params['member']);
    const { wait, ...request } = read(speakBody);
    if (!world.findVoice(person.id)) throw new Refusal(409, `${person.globalName} is not in a voice channel.`);
    const sound = await openSpeech(request).catch((error: unknown) => {
      if (error instanceof SpeechError) throw new Refusal(400, error.message);
      throw error;
    });
    const spoken = people.speak(person.id, sound);
    if (!wait) {
      spoken.catch((error: Error) => log(`people: ${person.username} broke off: ${error.message}`));
      return { speaking: true };
    }
    return spoken.catch((error: Error) => {
      throw new Refusal(409, `${person.globalName} broke off: ${error.message}`);
    });
  }

  function heardLog({ params }: ControlCall): ReturnType<People['heard']> {
    return people.heard(personOf(world, params['member']).id);
  }
}

function since({ query }: ControlCall): Date | undefined {
  // A plus sign that was not percent-encoded arrives as a space.
  const text = sinceQuery.safeParse(query.get('since')?.replace(' ', '+') ?? null);
  if (!text.success) throw new Refusal(400, 'since: give a time such as 2026-01-31T12:00:00.000Z.');
  return text.data === null ? undefined : new Date(text.data);
}
