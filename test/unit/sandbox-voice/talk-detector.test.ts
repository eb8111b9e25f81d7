import { mock } from 'node:test';
import { expect } from 'chai';
import { TalkDetector } from '../../../sandbox/voice/talk-detector.ts';

describe('The talk detector', () => {
  let changes: boolean[];
  let detector: TalkDetector;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    changes = [];
    detector = new TalkDetector((talking) => changes.push(talking), Date.now);
  });

  afterEach(() => mock.timers.reset());

  function talk(frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      detector.packet(false);
      mock.timers.tick(20);
    }
  }

  it('says once that somebody talks, however long they do', () => {
    talk(100);
    expect(changes).to.deep.equal([true]);
  });

  it('says that they stopped at the fifth silence frame in a row', () => {
    talk(3);
    for (let frame = 0; frame < 4; frame++) detector.packet(true);
    expect(changes).to.deep.equal([true]);
    detector.packet(true);
    expect(changes).to.deep.equal([true, false]);
  });

  it('says that they stopped 200 ms after the last packet', () => {
    talk(1);
    mock.timers.tick(179);
    expect(changes).to.deep.equal([true]);
    mock.timers.tick(1);
    expect(changes).to.deep.equal([true, false]);
  });

  it('hears no talk in silence frames alone', () => {
    for (let frame = 0; frame < 10; frame++) detector.packet(true);
    expect(changes).to.deep.equal([]);
  });

  it('says that they stopped when they go, and nothing more', () => {
    talk(1);
    detector.stop();
    detector.stop();
    mock.timers.tick(1_000);
    expect(changes).to.deep.equal([true, false]);
  });
});
