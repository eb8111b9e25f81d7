/** What a pending transition waits for and whom it concerns. */
interface Transition {
  readonly participants: ReadonlySet<string>;
  readonly waiting: Set<string>;
  readonly timer: NodeJS.Timeout;
}

/** Told when every participant is ready, or when waiting took too long. */
export type ExecuteTransition = (transitionId: number, participants: ReadonlySet<string>) => void;

// 0 is the id of transitions that are executed at once; ids are 16 bits wide (DAVE, op 29 and 30).
const LAST_ID = 0xffff;

/**
 * The transitions of one call that were announced and not yet executed. Several can be under way when members come and
 * go faster than the slowest client answers; each is executed exactly once.
 */
export class DaveTransitions {
  private readonly execute: ExecuteTransition;
  private readonly timeoutMs: number;
  private readonly pending = new Map<number, Transition>();
  private lastId = 0;

  /** @param timeoutMs how long the slowest participant may take before the others go ahead without it */
  constructor(execute: ExecuteTransition, timeoutMs: number) {
    this.execute = execute;
    this.timeoutMs = timeoutMs;
  }

  /** Takes the next id, 1 to 65535 and round again. */
  nextId(): number {
    this.lastId = this.lastId === LAST_ID ? 1 : this.lastId + 1;
    return this.lastId;
  }

  /** Waits for the `waiting` among the participants; with nobody to wait for it is executed at once. */
  begin(id: number, participants: readonly string[], waiting: readonly string[]): void {
    const timer = setTimeout(() => this.finish(id), this.timeoutMs).unref();
    this.pending.set(id, { participants: new Set(participants), waiting: new Set(waiting), timer });
    this.finishIfReady(id);
  }

  /** Op 23: this participant can follow. */
  ready(userId: string, id: number): void {
    this.pending.get(id)?.waiting.delete(userId);
    this.finishIfReady(id);
  }

  /** Nothing waits for this user any more: it left, lost its connection or flagged the transition. */
  excuse(userId: string): void {
    for (const id of [...this.pending.keys()]) this.ready(userId, id);
  }

  /** Executes everything pending, ready or not: clients remember what was announced until it is executed. */
  finishAll(): void {
    for (const id of [...this.pending.keys()]) this.finish(id);
  }

  /** Forgets everything pending without executing it. */
  clear(): void {
    for (const transition of this.pending.values()) clearTimeout(transition.timer);
    this.pending.clear();
  }

  private finishIfReady(id: number): void {
    if (this.pending.get(id)?.waiting.size === 0) this.finish(id);
  }

  private finish(id: number): void {
    const transition = this.pending.get(id);
    if (transition === undefined) return;
    clearTimeout(transition.timer);
    this.pending.delete(id);
    this.execute(id, transition.participants);
  }
}
