import { expect } from 'chai';
import fc from 'fast-check';
import { readMessage } from '../../../api/listen/messages.ts';
import { SoundPackets, soundPacket } from '../../../api/listen/sound-packet.ts';
import { SoundQueue } from '../../../api/listen/sound-queue.ts';
import { GivenClock } from '../../support/given.ts';

describe('a packet for a listening program', () => {
  it('has the net, the sender with zero bytes after, the mark, the sequence, and then the Opus packet', () => {
    const packet = soundPacket({ netId: 250, userId: '42', sequence: 0x0102, opus: Buffer.from([9, 8, 7]) });
    const sender = `3432${'00'.repeat(18)}`;
    expect(packet.toString('hex')).to.equal(`fa${sender}53434f50${'0102'}090807`);
  });

  it('holds an id of twenty digits whole', () => {
    const packet = soundPacket({ netId: 1, userId: '18446744073709551615', sequence: 65_535, opus: Buffer.alloc(0) });
    expect(packet.toString('latin1', 1, 25)).to.equal('18446744073709551615SCOP');
    expect(packet.readUInt16BE(25)).to.equal(65_535);
    expect(packet).to.have.length(27);
  });

  it('is made once for all who hear the same sound', () => {
    const packets = new SoundPackets();
    const sound = { netId: 1, userId: '42', sequence: 1, opus: Buffer.from([1]) };
    const first = packets.of(sound);
    expect(packets.of(sound)).to.equal(first);
    expect(packets.of({ ...sound, sequence: 2 })).not.to.equal(first);
  });
});

/** A connection that holds what it is given until it is read. */
class GivenSink {
  bufferedAmount = 0;
  readonly given: number[] = [];
  readonly #taken: { bytes: number; taken: () => void }[] = [];

  send(packet: Buffer, taken: () => void): void {
    this.bufferedAmount += packet.length;
    this.given.push(packet.readUInt32BE());
    this.#taken.push({ bytes: packet.length, taken });
  }

  /** The other side reads one packet. */
  read(): void {
    const next = this.#taken.shift();
    if (!next) return;
    this.bufferedAmount -= next.bytes;
    next.taken();
  }
}

function numbered(number: number, bytes: number): Buffer {
  const packet = Buffer.alloc(bytes);
  packet.writeUInt32BE(number);
  return packet;
}

describe('sound on its way to a listening program', () => {
  it('goes at once while it is read', () => {
    const sink = new GivenSink();
    const queue = new SoundQueue(sink, new GivenClock());
    for (let number = 0; number < 1000; number += 1) {
      queue.push(numbered(number, 200));
      sink.read();
    }
    expect(sink.given).to.deep.equal(Array.from({ length: 1000 }, (_, at) => at));
    expect([queue.sent, queue.dropped, queue.waiting]).to.deep.equal([1000, 0, 0]);
  });

  it('waits for a second, and then the oldest is lost', async () => {
    const [sink, clock] = [new GivenSink(), new GivenClock()];
    const queue = new SoundQueue(sink, clock);
    for (let number = 0; number < 100; number += 1) {
      queue.push(numbered(number, 5000));
      await clock.advance(20);
    }
    expect(sink.given).to.deep.equal([0]);
    sink.read();
    expect(sink.given).to.deep.equal([0, 50]);
    for (let number = 0; number < 100; number += 1) sink.read();
    expect(sink.given).to.deep.equal([0, ...Array.from({ length: 50 }, (_, at) => 50 + at)]);
    expect([queue.sent, queue.dropped, queue.waiting]).to.deep.equal([51, 49, 0]);
  });

  it('is never out of order, never more than is allowed, and every packet is sent, lost or waiting, however it is read', async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('push' as const), bytes: fc.integer({ min: 30, max: 1300 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), bytes: fc.constant(0) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('wait' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 300 }), async (steps) => {
        const [sink, clock] = [new GivenSink(), new GivenClock()];
        const queue = new SoundQueue(sink, clock);
        let pushed = 0;
        for (const { kind, bytes } of steps) {
          if (kind === 'push') queue.push(numbered(pushed++, bytes));
          else if (kind === 'read') sink.read();
          else clock.leap(bytes);
          expect(queue.waiting).to.be.at.most(500);
          expect(sink.bufferedAmount).to.be.at.most(4096 + 1300);
        }
        expect(queue.sent + queue.dropped + queue.waiting).to.equal(pushed);
        expect(sink.given).to.deep.equal([...sink.given].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps no more than five hundred packets, whoever speaks', () => {
    const sink = new GivenSink();
    const queue = new SoundQueue(sink, new GivenClock());
    for (let number = 0; number < 2000; number += 1) queue.push(numbered(number, 5000));
    expect([queue.sent, queue.dropped, queue.waiting]).to.deep.equal([1, 1499, 500]);
  });
});

describe('what a listening program says', () => {
  it('is read, or answered with a sentence, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ type: value })),
        ),
        (text) => {
          const read = readMessage(text);
          if (typeof read === 'string') expect(read).to.match(/\.$/).and.have.length.below(400);
          else expect(['audio.codec', 'join', 'ping']).to.include(read.type);
        },
      ),
    );
  });

  it('is cleaned: a name is one line and composed', () => {
    const join = { type: 'join', guildId: '1', mode: 'voice', serviceListen: true, displayName: ' Cafe\u0301\n2 ' };
    expect(readMessage(JSON.stringify(join))).to.deep.include({ displayName: 'Café 2' });
  });
});
