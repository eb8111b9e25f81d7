/** Discord's silence frame: an Opus frame of nothing, sent in the clear five times when somebody stops talking. */
export const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** How many silence frames end a spurt (Discord, "Voice data interpolation"). */
export const SILENCE_FRAMES = 5;

/** Whether this payload is the silence frame. */
export function isSilence(body: Buffer): boolean {
  return body.length === 3 && body[0] === 0xf8 && body[1] === 0xff && body[2] === 0xfe;
}
