import { expect } from 'chai';
import fc from 'fast-check';
import type { VoiceTicket } from '../../../sandbox/voice/voice-session.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, GUILD, type RawClient, VoiceHouse } from './voice-house.ts';

const [ANN, BOB, CAT] = ['600000000000000001', '600000000000000002', '600000000000000003'] as const;

describe('The voice gateway', () => {
  let house: VoiceHouse;
  let ticket: VoiceTicket;

  beforeEach(async () => {
    house = await new VoiceHouse().start();
    ticket = house.ticket(ANN);
  });

  afterEach(() => house.close());

  /** A client that has its session description. */
  async function inCall(userId: string = ANN): Promise<RawClient> {
    const client = await house.client();
    client.identify(userId === ANN ? ticket : house.ticket(userId)).select();
    await until(() => client.ops().includes(4) && client.binary.length > 0);
    return client;
  }

  it('says hello, then answers identify and select protocol, and sends op 25 after op 4', async () => {
    const client = await inCall();
    expect(client.received[0]).to.deep.equal({ op: 8, d: { v: 8, heartbeat_interval: 13_750 } });
    expect(client.last(2)).to.include({ ip: '127.0.0.1' }).and.to.have.keys('ssrc', 'ip', 'port', 'modes');
    expect(client.last(4)).to.include({ mode: 'aead_aes256_gcm_rtpsize', dave_protocol_version: 1 });
    expect(client.last(4)?.['secret_key']).to.have.lengthOf(32);
    expect(client.binary[0]?.readUInt8(2)).to.equal(25);
  });

  it('answers a heartbeat with what it carried', async () => {
    const client = await house.client();
    client.json(3, { t: 1_234_567, seq_ack: -1 });
    await until(() => client.ops().includes(6));
    expect(client.last(6)).to.deep.equal({ t: 1_234_567 });
  });

  it('tells members of each other before anything of the group', async () => {
    const ann = await inCall();
    const bob = await inCall(BOB);
    await until(() => ann.ops().includes(11));
    expect(ann.last(11)).to.deep.equal({ user_ids: [BOB] });
    expect(bob.last(11)).to.deep.equal({ user_ids: [ANN] });
    bob.socket.close(1000);
    await until(() => ann.ops().includes(13));
    expect(ann.last(13)).to.deep.equal({ user_id: BOB });
  });

  it('numbers everything after op 2 and starts at 1', async () => {
    const client = await inCall();
    const numbered = client.received.map((message) => (message as unknown as { seq?: number }).seq);
    expect(numbered).to.deep.equal([undefined, 1, 2]);
    expect(client.binary[0]?.readUInt16BE(0)).to.equal(3);
  });

  it('passes on the first op 5 of a stay, and tells newcomers of those who have spoken', async () => {
    const ann = await inCall();
    const bob = await inCall(BOB);
    for (const speaking of [1, 0, 1]) ann.json(5, { speaking, delay: 0, ssrc: 0 });
    await until(() => bob.ops().includes(5));
    expect(bob.last(5)).to.deep.equal({ user_id: ANN, ssrc: ann.last(2)?.['ssrc'], speaking: 1 });
    const cat = await inCall(CAT);
    await until(() => cat.ops().includes(5));
    expect(bob.ops().filter((op) => op === 5)).to.have.lengthOf(1);
    expect(cat.last(5)).to.include({ user_id: ANN });
  });

  it('resumes with op 9, then what was missed, and never repeats op 25', async () => {
    const ann = await inCall();
    ann.socket.terminate();
    await until(() => !house.server.isConnected(GUILD, ANN));
    await inCall(BOB);
    const again = await house.client();
    again.json(7, { server_id: GUILD, session_id: ticket.sessionId, token: ticket.token, seq_ack: 3 });
    await until(() => again.ops().includes(11));
    expect(again.ops()).to.deep.equal([8, 9, 11]);
    expect(again.binary).to.deep.equal([]);
    expect(house.server.isConnected(GUILD, ANN)).to.equal(true);
  });

  it('replays everything to a client that has seen nothing', async () => {
    const ann = await inCall();
    ann.socket.terminate();
    await until(() => !house.server.isConnected(GUILD, ANN));
    const again = await house.client();
    again.json(7, { server_id: GUILD, session_id: ticket.sessionId, token: ticket.token });
    await until(() => again.binary.length === 1);
    expect(again.ops()).to.deep.equal([8, 9, 2, 4]);
  });

  const resume = (changes: object = {}) => ({
    server_id: GUILD,
    session_id: ticket.sessionId,
    token: ticket.token,
    seq_ack: 3,
    ...changes,
  });
  const inSession: readonly (readonly [title: string, act: (client: RawClient) => void, code: number])[] = [
    ['identifies twice', (client) => client.identify(ticket), 4005],
    ['resumes what is not lost', (client) => client.json(7, resume()), 4005],
    ['selects a protocol twice', (client) => client.select(), 4005],
    ['sends an op nobody knows', (client) => client.json(99, {}), 4001],
    ['sends a binary op nobody knows', (client) => client.socket.send(Buffer.from([99, 1, 2])), 4001],
    ['sends an empty binary message', (client) => client.socket.send(Buffer.alloc(0)), 4001],
    [
      'sends a key package that is none',
      (client) => client.socket.send(Buffer.concat([Buffer.from([26]), Buffer.alloc(50)])),
      4002,
    ],
    ['sends a commit that is none', (client) => client.socket.send(Buffer.from([28, 0, 1, 0, 1, 9])), 4002],
    ['speaks without saying how', (client) => client.json(5, { ssrc: 'mine' }), 4002],
    ['is ready for a transition out of range', (client) => client.json(23, { transition_id: 70_000 }), 4002],
  ];
  for (const [title, act, code] of inSession) {
    it(`closes with ${code} when a member ${title}, and its session is over`, async () => {
      const client = await inCall();
      act(client);
      expect(await client.closed()).to.equal(code);
      expect(house.server.isConnected(GUILD, ANN)).to.equal(false);
      const again = await house.client();
      again.json(7, resume());
      expect(await again.closed()).to.equal(4006);
    });
  }

  const strangers: readonly (readonly [title: string, act: (client: RawClient) => void, code: number])[] = [
    ['sends something that is not JSON', (client) => client.socket.send('{'), 4002],
    ['sends JSON that is not a message', (client) => client.socket.send('[1, null]'), 4002],
    ['speaks before it identifies', (client) => client.json(5, { speaking: 1, ssrc: 1 }), 4003],
    ['selects before it identifies', (client) => client.select(), 4003],
    ['sends a key package before it identifies', (client) => client.socket.send(Buffer.from([26, 0])), 4003],
    ['has the wrong token', (client) => client.identify(ticket, { token: 'wrong' }), 4004],
    ['has the wrong session id', (client) => client.identify(ticket, { session_id: 'wrong' }), 4006],
    ['is not expected', (client) => client.identify(ticket, { user_id: BOB }), 4006],
    ['knows no DAVE', (client) => client.identify(ticket, { max_dave_protocol_version: 0 }), 4017],
    [
      'does not say that it knows DAVE',
      (client) => client.identify(ticket, { max_dave_protocol_version: undefined }),
      4017,
    ],
    ['wants another encryption', (client) => client.identify(ticket).select('xsalsa20_poly1305'), 4016],
    ['wants another transport', (client) => client.identify(ticket).select(undefined, 'webrtc'), 4012],
    [
      'resumes a session that never was',
      (client) => client.json(7, { server_id: GUILD, session_id: 'x', token: 'x', seq_ack: 1 }),
      4006,
    ],
  ];
  for (const [title, act, code] of strangers) {
    it(`closes with ${code} when a client ${title}`, async () => {
      const client = await house.client();
      act(client);
      expect(await client.closed()).to.equal(code);
    });
  }

  it('does not let a session be resumed with the wrong session id, or from a number it never sent', async () => {
    const ann = await inCall();
    ann.socket.terminate();
    await until(() => !house.server.isConnected(GUILD, ANN));
    for (const wrong of [{ session_id: 'wrong' }, { seq_ack: 5_000 }, { server_id: CHANNEL }]) {
      const client = await house.client();
      client.json(7, resume(wrong));
      expect(await client.closed()).to.equal(4006);
    }
    const right = await house.client();
    right.json(7, resume());
    await until(() => right.ops().includes(9));
  });

  it('takes over from a websocket whose end it has not noticed', async () => {
    const ann = await inCall();
    const again = await house.client();
    again.json(7, resume());
    await until(() => again.ops().includes(9));
    expect(await ann.closed()).to.equal(1006);
    expect(house.server.isConnected(GUILD, ANN)).to.equal(true);
  });

  it('starts over for a client that identifies anew with a good token', async () => {
    const ann = await inCall();
    const again = await inCall();
    expect(await ann.closed()).to.equal(4006);
    expect(again.last(2)?.['ssrc']).not.to.equal(ann.last(2)?.['ssrc']);
  });

  it('answers plain HTTP with what it wants instead', async () => {
    const { request } = await import('node:https');
    const status = await new Promise((resolve, reject) => {
      request(`https://${house.server.endpoint}/`, { rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).to.equal(426);
  });

  it('survives whatever members send, and serves the next client', async function () {
    this.timeout(30_000);
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ op: fc.integer({ min: 0, max: 40 }), d: fc.jsonValue() }).map((message) => JSON.stringify(message)),
    );
    const binary = fc
      .tuple(fc.constantFrom(26, 28, 27, 31), fc.uint8Array({ maxLength: 200 }))
      .map(([op, payload]) => Buffer.from([op, ...payload]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, binary), { minLength: 1, maxLength: 5 }), async (messages) => {
        ticket = house.ticket(ANN);
        const client = await inCall();
        for (const message of messages) client.socket.send(message);
        client.socket.close(1000);
        await client.closed();
      }),
      { numRuns: 40 },
    );
    await inCall(BOB);
    expect(house.lines.filter((line) => line.includes('1011'))).to.deep.equal([]);
  });
});
