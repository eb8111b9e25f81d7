/** Told when someone starts (true) or stops (false) to talk. */
export type TalkChange = (talking: boolean) => void;

// A client that stops sends five silence frames; one whose end is lost in the network just falls silent.
const SILENCE_FRAMES = 5;
const QUIET_MS = 200;

/** Tells from one sender's packets whether they talk: on with the first sound, off after five silence frames or 200 ms. */
export class TalkDetector {
  private readonly onChange: TalkChange;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private lastSoundAt = 0;
  private silences = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(onChange: TalkChange, now: () => number) {
    this.onChange = onChange;
    this.now = now;
  }

  /** A packet came, with sound or with a silence frame. */
  packet(silent: boolean): void {
    this.silences = silent ? this.silences + 1 : 0;
    if (this.silences >= SILENCE_FRAMES) this.stop();
    if (silent) return;
    this.lastSoundAt = this.now();
    if (this.timer !== undefined) return;
    this.onChange(true);
    this.watch(QUIET_MS);
  }

  /** They are gone. */
  stop(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.onChange(false);
  }

  // One timer per pause, not per packet: it looks again when the last packet it knows of would be too old.
  private watch(delayMs: number): void {
    this.timer = setTimeout(() => {
      const left = this.lastSoundAt + QUIET_MS - this.now();
      if (left > 0) this.watch(left);
      else this.stop();
    }, delayMs).unref();
  }
}
