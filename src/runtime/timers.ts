// What a loop has to do at a time: by names, so that a new time for the same thing replaces the old one.

interface Timer {
  at: number;
  act: () => void;
}

export class Timers {
  readonly #timers = new Map<string, Timer>();

  /** In `ms` milliseconds from now, `act` is done once. */
  set(name: string, ms: number, act: () => void): void {
    this.#timers.set(name, { at: now() + ms, act });
  }

  /** As set(), unless it is to be done sooner already. */
  setAtLatest(name: string, ms: number, act: () => void): void {
    const timer = this.#timers.get(name);
    if (timer === undefined || timer.at > now() + ms) this.set(name, ms, act);
  }

  /** `act` is done again and again, with so many milliseconds between. */
  repeat(name: string, ms: number, act: () => void): void {
    this.set(name, ms, () => {
      this.repeat(name, ms, act);
      act();
    });
  }

  clear(name: string): void {
    this.#timers.delete(name);
  }

  has(name: string): boolean {
    return this.#timers.has(name);
  }

  /** How long poll may wait: -1, for ever, when there is nothing to be done. */
  untilNextMs(): number {
    if (this.#timers.size === 0) return -1;
    const first = Math.min(...[...this.#timers.values()].map(({ at }) => at));
    return Math.max(0, Math.ceil(first - now()));
  }

  runDue(): void {
    if (this.#timers.size === 0) return;
    const due = [...this.#timers].filter(([, { at }]) => at <= now());
    for (const [name, timer] of due) {
      if (this.#timers.get(name) !== timer) continue; // one that was due before has changed it
      this.#timers.delete(name);
      timer.act();
    }
  }
}

/** Milliseconds of a clock that nobody sets back. */
function now(): number {
  return performance.now();
}
