import type { DiscordGatewayAdapterCreator, DiscordGatewayAdapterLibraryMethods } from '@discordjs/voice';
import { expect } from 'chai';
import { CallHistory } from '../../../bot/voice/call-history.ts';
import { Link } from '../../../bot/voice/link.ts';
import { Pace } from '../../../bot/voice/pace.ts';
import { GivenClock, SILENT } from '../../support/given.ts';

let guilds = 0;

/** A link over a gateway that only remembers what it was sent. */
function given(options: { connected?: boolean; broken?: boolean; pace?: (clock: GivenClock) => Pace } = {}) {
  const clock = new GivenClock();
  const said: string[] = [];
  const gateway: { methods?: DiscordGatewayAdapterLibraryMethods } = {};
  const adapterCreator: DiscordGatewayAdapterCreator = (methods) => {
    if (options.broken) throw new Error('this gateway is not to be had');
    gateway.methods = methods;
    return {
      sendPayload: (payload: { d: { channel_id: string | null } }) => {
        if (options.connected === false) return false;
        said.push(`asks for ${payload.d.channel_id}`);
        return true;
      },
      destroy: () => {},
    };
  };
  const link = new Link({
    guildId: `guild ${guilds++}`,
    channelId: 'A',
    accountId: 'worker',
    adapterCreator,
    clock,
    log: SILENT,
    pace: options.pace?.(clock) ?? new Pace(clock),
    history: new CallHistory(() => clock.now()),
    onFrame: () => undefined,
    onDeaf: () => {},
    onReady: (ready) => said.push(ready ? 'ready' : 'not ready'),
    onLost: (reason) => said.push(`lost: ${reason}`),
  });
  return { clock, said, link, gateway };
}

describe('the link of an account to a channel', () => {
  it('gives up on a call that does not come up within 15 s, and leaves', async () => {
    const { clock, said, link } = given();
    link.join();
    await clock.advance(14_999);
    expect(said).to.deep.equal(['asks for A']);
    await clock.advance(1);
    expect(said.slice(1)).to.deep.equal([
      'asks for null',
      'lost: the call did not come up within 15 s (is the channel full?)',
    ]);
  });

  it('gives up at once when the gateway is not connected', () => {
    const { said, link } = given({ connected: false });
    link.join();
    expect(said).to.deep.equal(['lost: the gateway is not connected']);
  });

  it('is lost when the library cannot join, also when it had to wait for its turn', async () => {
    const busy = (clock: GivenClock) => {
      const pace = new Pace(clock);
      pace.run(() => {});
      return pace;
    };
    for (const pace of [(clock: GivenClock) => new Pace(clock), busy]) {
      const { clock, said, link } = given({ broken: true, pace });
      link.join();
      await clock.advance(25);
      expect(said).to.deep.equal(['lost: joining failed']);
      await clock.advance(60_000);
      expect(said).to.have.length(1);
    }
  });

  it('says nothing of its end when it leaves by itself', async () => {
    const { clock, said, link } = given();
    link.join();
    link.leave();
    link.leave();
    await clock.advance(60_000);
    expect(said).to.deep.equal(['asks for A', 'asks for null']);
  });

  it('does not join any more when it left before its turn came', async () => {
    const { clock, said, link } = given();
    link.leave();
    link.join();
    await clock.advance(60_000);
    expect(said).to.deep.equal([]);
  });

  it('is lost when Discord takes the voice server away', () => {
    const { said, link, gateway } = given();
    link.join();
    gateway.methods?.onVoiceServerUpdate({ token: 't', guild_id: 'g', endpoint: null });
    expect(said.at(-1)).to.equal('lost: disconnected');
  });

  it('counts what it is asked to send while there is no call, and sends nothing', () => {
    const { said, link } = given();
    link.join();
    link.out.send({ ssrc: 1, sequence: 1, timestamp: 1, opus: Buffer.from([1]) });
    link.out.end();
    expect(said).to.deep.equal(['asks for A']);
  });
});
