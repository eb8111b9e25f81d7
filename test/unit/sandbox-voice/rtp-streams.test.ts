import { expect } from 'chai';
import type { DaveMember } from '../../../sandbox/people/dave-member.ts';
import type { HeardPacket } from '../../../sandbox/people/heard-packet.ts';
import { RtpReceiver } from '../../../sandbox/people/rtp-receiver.ts';
import { RtpSender } from '../../../sandbox/people/rtp-sender.ts';
import { SILENCE_FRAME, writePacket } from '../../../sandbox/voice/rtp.ts';
import { TransportKey } from '../../../sandbox/voice/transport-crypto.ts';
import { until } from '../../support/until.ts';
import { DaveCall } from './dave-call.ts';

const [A, B, C] = ['158049329150427136', '158049329150427137', '158049329150427138'] as const;
const SSRC = 77;
const opus = (n: number): Buffer => Buffer.from([0x78, n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

describe('The streams of a client', () => {
  const key = new TransportKey();
  let call: DaveCall;
  let heard: HeardPacket[];
  let wire: Buffer[];
  let sender: RtpSender;
  let receiver: RtpReceiver;
  let speaker: DaveMember;
  let listener: DaveMember;

  beforeEach(() => {
    call = new DaveCall();
    [heard, wire] = [[], []];
    speaker = call.join(A);
    listener = call.join(B);
    sender = new RtpSender({
      ssrc: SSRC,
      key: new TransportKey(key.secret),
      dave: speaker,
      send: (datagram) => wire.push(datagram),
    });
    receiver = new RtpReceiver({ key, dave: listener, onPacket: (packet) => heard.push(packet) });
  });

  afterEach(() => call.group.close());

  function deliver(): void {
    for (const datagram of wire.splice(0)) receiver.receive(datagram, 0);
  }

  const sounds = (): (string | undefined)[] => heard.map((packet) => packet.opus?.toString('hex'));
  const said = (...numbers: number[]): string[] => numbers.map((n) => opus(n).toString('hex'));

  it('send nothing before the call is encrypted, and the timestamp goes on', () => {
    expect(sender.packet(opus(1), 0)).to.equal('withheld');
    expect(sender.packet(opus(2), 20)).to.equal('withheld');
    expect(wire).to.deep.equal([]);
    call.settle();
    expect(sender.packet(opus(3), 40)).to.equal('sent');
    receiver.introduce(SSRC, A);
    deliver();
    expect(sounds()).to.deep.equal(said(3));
  });

  it('keep what is said during a transition until it is executed, then send it in order', () => {
    call.settle();
    receiver.introduce(SSRC, A);
    call.join(C);
    while (speaker.sendable) if (!call.step()) throw new Error('No transition was announced.');
    expect([sender.packet(opus(1), 0), sender.packet(opus(2), 20)]).to.deep.equal(['kept', 'kept']);
    expect(wire).to.deep.equal([]);
    call.settle();
    expect(sender.release()).to.equal(true);
    deliver();
    expect(sounds()).to.deep.equal(said(1, 2));
  });

  it('advance the timestamp over a pause as a microphone does', () => {
    call.settle();
    receiver.introduce(SSRC, A);
    sender.packet(opus(1), 0);
    sender.begin(1_000);
    sender.packet(opus(2), 1_000);
    deliver();
    const [first, second] = heard as [HeardPacket, HeardPacket];
    expect((second.timestamp - first.timestamp) >>> 0).to.equal(48_000);
    expect((second.sequence - first.sequence) & 0xffff).to.equal(1);
  });

  it('find out whose an unannounced ssrc is by whose key opens it, and lose nothing that came before', () => {
    call.settle();
    call.join(C);
    call.settle();
    sender.packet(SILENCE_FRAME, 0);
    sender.packet(opus(1), 20);
    sender.packet(opus(2), 40);
    deliver();
    expect(heard.map((packet) => packet.fromUserId)).to.deep.equal([A, A, A]);
    expect(sounds().slice(1)).to.deep.equal(said(1, 2));
  });

  it('hold what comes before its sender is known, and deliver it in order with op 5', () => {
    call.settle();
    sender.packet(SILENCE_FRAME, 0);
    sender.packet(SILENCE_FRAME, 20);
    deliver();
    expect(heard).to.deep.equal([]);
    receiver.introduce(SSRC, A);
    expect(heard.map((packet) => packet.opus?.equals(SILENCE_FRAME))).to.deep.equal([true, true]);
    receiver.forget(A);
    sender.packet(SILENCE_FRAME, 40);
    deliver();
    expect(heard, 'nobody has the ssrc any more').to.have.lengthOf(2);
  });

  it('report what cannot be decrypted only once this client has been a member for a while', async () => {
    call.settle();
    receiver.introduce(SSRC, A);
    const { header, body } = writePacket({ sequence: 1, timestamp: 1, ssrc: SSRC }, opus(1));
    const plain = new TransportKey(key.secret).seal(header, body);
    receiver.receive(plain, 0);
    expect(heard).to.deep.equal([]);
    await until(() => listener.memberForMs > 260);
    receiver.receive(plain, 0);
    expect(heard).to.have.lengthOf(1);
    expect(heard[0]?.opus, "plain Opus in an encrypted call is nobody's").to.equal(undefined);
  });

  it('ignore what was not sealed for this client, and packets of nothing but padding', () => {
    call.settle();
    receiver.introduce(SSRC, A);
    sender.packet(opus(1), 0);
    const [datagram] = wire.splice(0) as [Buffer];
    const damaged = Buffer.from(datagram);
    damaged.writeUInt8(damaged.readUInt8(30) ^ 1, 30);
    receiver.receive(damaged, 0);
    receiver.receive(Buffer.alloc(74), 0);
    const padding = Buffer.from('a0780001000003c00000004d', 'hex');
    receiver.receive(new TransportKey(key.secret).seal(padding, Buffer.from([0, 0, 3])), 0);
    expect(heard).to.deep.equal([]);
  });
});
