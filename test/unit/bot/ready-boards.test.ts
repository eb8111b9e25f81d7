import { expect } from 'chai';
import type { Outbox } from '../../../bot/outbox.ts';
import { ReadyBoards } from '../../../bot/ready-boards.ts';
import { card } from '../../../commands/views/card.ts';
import type { ReadyCheckRecord } from '../../../shard/alerts/alert-records.ts';
import { GivenClock, settle } from '../../support/given.ts';

const check = (name: string, status: 'active' | 'complete' = 'active', id = 'ready_a') =>
  ({ id, name, status }) as unknown as ReadyCheckRecord;

/** Boards over channels that do what they are told; what happened is told in words such as `send 1: name`. */
function given(write: { send?: (channelId: string) => Promise<void>; edit?: () => Promise<void> } = {}) {
  const clock = new GivenClock();
  const start = clock.now();
  const done: string[] = [];
  const at = () => clock.now() - start;
  const say = (what: string, channelId: string, message: { components: object[] }) =>
    done.push(`${at()} ${what} ${channelId}: ${JSON.stringify(message.components).match(/"content":"(\w+)"/)?.[1]}`);
  const outbox = {
    async write(channelId: string, work: (channel: object) => Promise<unknown>) {
      const send = async (message: { components: object[] }) => {
        await write.send?.(channelId);
        say('send', channelId, message);
        return { id: `m${channelId}` };
      };
      const edit = async (messageId: string, message: { components: object[] }) => {
        expect(messageId).to.equal(`m${channelId}`);
        await write.edit?.();
        say('edit', channelId, message);
      };
      return work({ send, messages: { edit } }).catch(() => undefined);
    },
  } as unknown as Outbox;
  const boards = new ReadyBoards({ outbox, clock, view: ({ name }) => card('plain', name) });
  return { boards, clock, done };
}

describe('the messages of a ready check', () => {
  it('are written in each channel, follow at most once a second, and show the end at once', async () => {
    const { boards, clock, done } = given();
    boards.ask(check('asked'), ['1', '2']);
    await settle();
    expect(done.splice(0)).to.deep.equal(['0 send 1: asked', '0 send 2: asked']);
    await clock.advance(400);
    boards.update(check('one'));
    boards.update(check('two'));
    await clock.advance(599);
    expect(done).to.deep.equal([]);
    await clock.advance(1);
    expect(done.splice(0)).to.deep.equal(['1000 edit 1: two', '1000 edit 2: two']);
    await clock.advance(5000);
    boards.update(check('three'));
    await settle();
    expect(done.splice(0)).to.deep.equal(['6000 edit 1: three', '6000 edit 2: three']);
    boards.update(check('four'));
    await clock.advance(100);
    boards.update(check('end', 'complete'));
    await settle();
    await clock.advance(10_000);
    expect(done).to.deep.equal(['6100 edit 1: end', '6100 edit 2: end']);
    expect(boards.size).to.equal(0);
  });

  it('that are being written while somebody answers or it ends follow when they are there', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { boards, done } = given({ send: (channelId) => (channelId === '2' ? gate : Promise.resolve()) });
    boards.ask(check('asked'), ['1', '2']);
    await settle();
    boards.update(check('end', 'complete'));
    await settle();
    expect(done.splice(0)).to.deep.equal(['0 send 1: asked', '0 edit 1: end']);
    expect(boards.size).to.equal(1);
    open();
    await settle();
    expect(done).to.deep.equal(['0 send 2: asked', '0 edit 2: end']);
    expect(boards.size).to.equal(0);
  });

  it('are not changed twice at a time', async () => {
    const gates: (() => void)[] = [];
    const { boards, clock, done } = given({ edit: () => new Promise((resolve) => gates.push(resolve)) });
    boards.ask(check('asked'), ['1']);
    await settle();
    boards.update(check('one'));
    await clock.advance(1000);
    boards.update(check('end', 'complete'));
    await clock.advance(5000);
    expect(gates).to.have.length(1);
    gates.shift()?.();
    await settle();
    gates.shift()?.();
    await settle();
    expect(done).to.deep.equal(['0 send 1: asked', '6000 edit 1: one', '6000 edit 1: end']);
    expect(boards.size).to.equal(0);
  });

  it('that could not be written are left out; those that could not be changed are tried at the next change', async () => {
    let broken = true;
    const { boards, clock, done } = given({
      send: (channelId) => (channelId === '1' ? Promise.reject(new Error('403')) : Promise.resolve()),
      edit: () => (broken ? Promise.reject(new Error('500')) : Promise.resolve()),
    });
    boards.ask(check('asked'), ['1', '2']);
    await settle();
    boards.update(check('one'));
    await clock.advance(60_000);
    broken = false;
    boards.update(check('two'));
    await settle();
    expect(done).to.deep.equal(['0 send 2: asked', '60000 edit 2: two']);
    broken = true;
    boards.update(check('end', 'complete'));
    await settle();
    expect(boards.size).to.equal(0);
  });

  it('are forgotten when none could be written', async () => {
    const { boards } = given({ send: () => Promise.reject(new Error('403')) });
    boards.ask(check('asked'), ['1', '2']);
    boards.ask(check('asked', 'active', 'ready_b'), []);
    await settle();
    expect(boards.size).to.equal(0);
    boards.update(check('end', 'complete'));
  });

  it('are remembered of at most 50 sessions', async () => {
    const { boards, clock, done } = given();
    for (let index = 0; index < 51; index += 1) boards.ask(check('asked', 'active', `r${index}`), ['1']);
    await settle();
    expect(boards.size).to.equal(50);
    done.length = 0;
    boards.update(check('end', 'complete', 'r0'));
    await clock.advance(1000);
    expect(done).to.deep.equal([]);
  });
});
