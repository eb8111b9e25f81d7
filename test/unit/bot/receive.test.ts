import { createCipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { Counters } from '../../../bot/voice/counters.ts';
import type { Dave } from '../../../bot/voice/dave-gate.ts';
import { type Frame, Receiver } from '../../../bot/voice/receive.ts';
import { SILENCE } from '../../../bot/voice/silence.ts';
import { Speakers } from '../../../bot/voice/speakers.ts';
import { Spurts } from '../../../bot/voice/spurts.ts';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const OPUS = Buffer.from('787878aabbccddeeff0011', 'hex');

interface PacketOptions {
  ssrc?: number;
  sequence?: number;
  timestamp?: number;
  body?: Buffer;
  padding?: number;
  /** Words of header extension. */
  extension?: number;
  sources?: number;
  payloadType?: number;
  version?: number;
  key?: KeyObject;
}

/** A datagram as Discord's voice server sends it. */
function datagram(options: PacketOptions = {}): Buffer {
  const { ssrc = 42, sequence = 1, timestamp = 960, padding = 0, extension = 0, sources = 0 } = options;
  const header = Buffer.alloc(12 + 4 * sources + (extension > 0 ? 4 : 0));
  header[0] = ((options.version ?? 2) << 6) | (padding > 0 ? 0x20 : 0) | (extension > 0 ? 0x10 : 0) | sources;
  header[1] = options.payloadType ?? 0x78;
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(timestamp, 4);
  header.writeUInt32BE(ssrc, 8);
  if (extension > 0) header.writeUInt32BE(0xbede0000 + extension, header.length - 4);
  const pad = Buffer.alloc(padding, padding);
  const plain = Buffer.concat([Buffer.alloc(4 * extension, 0xee), options.body ?? sealed('alice'), pad]);
  const nonce = Buffer.concat([randomBytes(4), Buffer.alloc(8)]);
  const cipher = createCipheriv('aes-256-gcm', options.key ?? KEY, nonce);
  cipher.setAAD(header);
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag(), nonce.subarray(0, 4)]);
}

/** A frame as the given DAVE stand-in seals it: name, sound, twelve bytes of trailer. */
function sealed(userId: string, opus = OPUS): Buffer {
  return Buffer.concat([Buffer.from(`${userId}|`), opus, Buffer.alloc(10, 1), Buffer.from('fafa', 'hex')]);
}

/** Opens what `sealed` made for the same user; tolerates plain frames when asked to, as davey does after a transition. */
function givenDave(options: { version?: number; ready?: boolean; tolerant?: boolean } = {}): Dave {
  const { version = 1, ready = true, tolerant = false } = options;
  const decrypt = (userId: string, _: 0, body: Buffer): Buffer => {
    const name = Buffer.from(`${userId}|`);
    if (body.subarray(-2).toString('hex') === 'fafa' && body.subarray(0, name.length).equals(name))
      return body.subarray(name.length, -12);
    if (tolerant) return body;
    throw new Error('cannot decrypt');
  };
  return { protocolVersion: version, session: { ready, decrypt } };
}

interface Given {
  frames: Frame[];
  failures: string[];
  counters: Counters;
  speakers: Speakers;
  time: { now: number };
  feed: (...datagrams: Buffer[]) => void;
}

function given(
  options: {
    dave?: Dave | undefined;
    sealed?: boolean;
    known?: boolean;
    candidates?: string[];
    key?: KeyObject | undefined;
  } = {},
): Given {
  const { known = true, candidates = [] } = options;
  const frames: Frame[] = [];
  const failures: string[] = [];
  const counters = new Counters();
  const speakers = new Speakers();
  const time = { now: 0 };
  if (known) speakers.learn(42, 'alice');
  const receiver = new Receiver({
    call: {
      key: () => ('key' in options ? options.key : KEY),
      dave: () => ('dave' in options ? options.dave : givenDave()),
      sealed: () => options.sealed ?? false,
      candidates: () => candidates,
    },
    speakers,
    spurts: new Spurts(),
    counters,
    events: {
      onFrame: (frame) => frames.push(frame),
      onUndecryptable: (reason, ssrc) => failures.push(`${reason} ${ssrc}`),
      onDecrypted: (ssrc) => failures.push(`fine ${ssrc}`),
    },
    now: () => time.now,
  });
  return {
    frames,
    failures,
    counters,
    speakers,
    time,
    feed: (...all) => all.forEach((one) => void receiver.onDatagram(one)),
  };
}

describe('the receive tap', () => {
  it('yields the sound with who spoke it, sequence, timestamp and stream', () => {
    const { frames, counters, feed } = given();
    feed(datagram({ sequence: 77, timestamp: 123_456 }));
    expect(frames).to.deep.equal([
      { userId: 'alice', ssrc: 42, sequence: 77, timestamp: 123_456, silence: false, opus: OPUS },
    ]);
    expect(counters.in).to.equal(1);
  });

  it('takes padding, header extension and contributing sources off', () => {
    const { frames, feed } = given();
    feed(
      datagram({ padding: 9 }),
      datagram({ sequence: 2, extension: 3 }),
      datagram({ sequence: 3, sources: 2, extension: 1, padding: 200 }),
    );
    expect(frames.map((frame) => frame.opus.toString('hex'))).to.deep.equal(Array(3).fill(OPUS.toString('hex')));
  });

  it('goes by the extension bit, not by what the ciphertext looks like', () => {
    const { frames, feed } = given();
    feed(datagram({ body: sealed('alice', Buffer.from('bede000178', 'hex')) }));
    expect(frames[0]?.opus.toString('hex')).to.equal('bede000178');
  });

  it('drops and counts what is forged, cut off, of another kind, nothing but padding, or padded wrongly', () => {
    const { frames, counters, feed } = given();
    feed(datagram({ key: createSecretKey(Buffer.alloc(32, 8)) }));
    feed(datagram().subarray(0, 20), Buffer.alloc(8), Buffer.alloc(0));
    feed(datagram({ payloadType: 0xc8 }), datagram({ version: 1 }));
    feed(datagram({ body: Buffer.alloc(0), padding: 200 }));
    feed(datagram({ body: Buffer.alloc(0), extension: 1 }));
    feed(oddlyPadded());
    expect(frames).to.deep.equal([]);
    expect(counters.report().dropped).to.deep.equal({ transport: 1, short: 3, 'not-audio': 2, empty: 2, padding: 1 });
  });

  it('survives any bytes at all', () => {
    const { frames, feed } = given();
    for (let i = 0; i < 2000; i++) {
      const bytes = randomBytes(i % 120);
      if (bytes.length > 1) bytes.set([0x90, 0x78]);
      feed(bytes);
    }
    expect(frames).to.deep.equal([]);
  });

  it('never forwards a packet that DAVE did not authenticate', () => {
    const plain = datagram({ body: Buffer.concat([OPUS, OPUS, OPUS]) });
    const cases = [
      given(),
      given({ dave: givenDave({ tolerant: true }) }),
      given({ dave: givenDave({ ready: false }) }),
      given({ dave: undefined }),
      given({ dave: givenDave({ version: 0 }), sealed: true }),
      given({ known: false, candidates: ['alice', 'bob'], dave: givenDave({ tolerant: true }) }),
      given({ known: false, candidates: ['alice', 'bob'] }),
    ];
    for (const { feed } of cases) feed(plain);
    expect(cases.flatMap(({ frames }) => frames)).to.deep.equal([]);
    expect(cases.map(({ counters }) => Object.keys(counters.report().dropped).join())).to.deep.equal([
      'unauthenticated',
      'unauthenticated',
      'dave-not-ready',
      'dave-not-ready',
      'downgraded',
      'unknown-ssrc',
      'unknown-ssrc',
    ]);
    const failures = cases.map((one) => one.failures.map((line) => line.replace(' 42', '')).join());
    // What was never encrypted is no sign that our session is out of step.
    expect(failures).to.deep.equal(['', '', 'dave-not-ready', 'dave-not-ready', 'downgraded', '', '']);
  });

  it('never forwards a frame that somebody else encrypted', () => {
    const { frames, counters, failures, feed } = given();
    feed(datagram({ body: sealed('mallory') }));
    expect(frames).to.deep.equal([]);
    expect(counters.dropped('dave-failed')).to.equal(1);
    expect(failures).to.deep.equal(['dave-failed 42']);
  });

  it('lets sound through in a call that was never encrypted, but not somebody’s ciphertext', () => {
    const { frames, counters, feed } = given({ dave: givenDave({ version: 0 }) });
    feed(datagram({ body: OPUS }), datagram({ sequence: 2, body: sealed('alice') }));
    expect(frames.map((frame) => frame.opus)).to.deep.equal([OPUS]);
    expect(counters.dropped('unauthenticated')).to.equal(1);
  });

  it('finds out by the key who sends an unannounced stream, and remembers', () => {
    const { frames, speakers, feed } = given({ known: false, candidates: ['bob', 'alice'] });
    feed(datagram());
    expect(frames.map((frame) => frame.userId)).to.deep.equal(['alice']);
    expect(speakers.get(42)).to.equal('alice');
  });

  it('reports a stream that nobody’s key opens, each time it tried everybody’s', () => {
    const { failures, counters, feed } = given({ known: false, candidates: ['bob', 'carol'] });
    for (let sequence = 0; sequence < 100; sequence++) feed(datagram({ sequence }));
    expect(failures).to.deep.equal(Array(12).fill('dave-failed 42'));
    expect(counters.dropped('unknown-ssrc')).to.equal(100);
  });

  it('reports no stream as undecryptable while there is nobody to try, nor one that is not encrypted', () => {
    const nobody = given({ known: false, candidates: [] });
    nobody.feed(datagram());
    const plain = given({ known: false, candidates: ['bob'], dave: givenDave({ tolerant: true }) });
    plain.feed(datagram({ body: OPUS }));
    expect([...nobody.failures, ...plain.failures]).to.deep.equal([]);
  });

  it('reports an identified stream as decrypted', () => {
    const { failures, feed } = given({ known: false, candidates: ['bob', 'alice'] });
    feed(datagram());
    expect(failures).to.deep.equal(['fine 42']);
  });

  it('tries an unknown stream ten times, then once a second, and anew when there may be other keys', () => {
    const speakers = new Speakers();
    let tries = 0;
    const hear = (frames: number) => {
      for (let i = 0; i < frames; i++) speakers.identify(9, ['alice'], () => ++tries < 0);
    };
    hear(200);
    expect(tries).to.equal(10 + 4);
    speakers.retry();
    hear(10);
    expect(tries).to.equal(10 + 4 + 10);
  });

  it('tells a key-up and passes over those of unknown streams', () => {
    const { frames, counters, feed } = given();
    feed(datagram({ body: SILENCE }), datagram({ ssrc: 43, body: SILENCE }));
    expect(frames.map(({ userId, silence }) => [userId, silence])).to.deep.equal([['alice', true]]);
    expect(counters.dropped('unknown-ssrc')).to.equal(1);
  });

  it('drops a frame that comes after its spurt is over, by a key-up or by a pause', () => {
    const { frames, counters, time, feed } = given();
    feed(datagram({ sequence: 1 }), datagram({ sequence: 3, body: SILENCE }), datagram({ sequence: 2 }));
    expect(frames.map(({ sequence }) => sequence)).to.deep.equal([1, 3]);
    feed(datagram({ sequence: 10 }), datagram({ sequence: 12 }));
    time.now += 200;
    feed(datagram({ sequence: 11 }));
    expect(frames.map(({ sequence }) => sequence)).to.deep.equal([1, 3, 10, 12]);
    expect(counters.dropped('late')).to.equal(2);
  });

  it('passes a frame on that merely overtook another, and a stream that was numbered anew', () => {
    const { frames, feed } = given();
    feed(
      datagram({ sequence: 5 }),
      datagram({ sequence: 7 }),
      datagram({ sequence: 6 }),
      datagram({ sequence: 60_000 }),
    );
    expect(frames.map(({ sequence }) => sequence)).to.deep.equal([5, 7, 6, 60_000]);
  });

  it('drops everything while there is no transport key', () => {
    const { frames, counters, feed } = given({ key: undefined });
    feed(datagram());
    expect(frames).to.deep.equal([]);
    expect(counters.dropped('no-key')).to.equal(1);
  });
});

/** Padding that claims to be longer than the payload. */
function oddlyPadded(): Buffer {
  const header = datagram({ padding: 1 }).subarray(0, 12);
  const nonce = Buffer.concat([randomBytes(4), Buffer.alloc(8)]);
  const cipher = createCipheriv('aes-256-gcm', KEY, nonce);
  cipher.setAAD(header);
  return Buffer.concat([
    header,
    cipher.update(Buffer.from([9])),
    cipher.final(),
    cipher.getAuthTag(),
    nonce.subarray(0, 4),
  ]);
}
