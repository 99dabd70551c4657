// When a container that has ended is started again (--restart), and after how long. Its shim sees to it.

export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** How often at most, for on-failure; 0 is as often as it takes. */
  maximumRetries: number;
}

export const NO_RESTART: RestartPolicy = { name: 'no', maximumRetries: 0 };

/** In milliseconds: the first pause, the longest one, and how long a run is that has gone well. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 60_000;
const LONG_RUN = 10_000;

/** Counts the runs of one container, and decides after each. */
export class Restarts {
  #pauseMs = 0;
  /** How often it has been started again. */
  count = 0;

  /**
   * After a run that took `ranMs`. The policy may have changed meanwhile.
   * @returns the pause before the next run, in milliseconds: twice the last one, unless that run went well. Undefined when
   * there is to be none.
   */
  next(policy: RestartPolicy, { exitCode, ranMs }: { exitCode: number; ranMs: number }): number | undefined {
    if (!this.#isWanted(policy, exitCode)) return undefined;
    this.count++;
    const isFirst = this.#pauseMs === 0 || ranMs >= LONG_RUN;
    this.#pauseMs = isFirst ? FIRST_PAUSE : Math.min(2 * this.#pauseMs, LONGEST_PAUSE);
    return this.#pauseMs;
  }

  #isWanted({ name, maximumRetries }: RestartPolicy, exitCode: number): boolean {
    if (name === 'no') return false;
    if (name !== 'on-failure') return true;
    return exitCode !== 0 && (maximumRetries === 0 || this.count < maximumRetries);
  }
}
