// Every acquire with its release beside it: what was made is undone in reverse order, when the start fails or at the end.

export class Undo {
  readonly #releases: (() => void)[] = [];

  /** Remembers how to release what was just acquired. */
  later(release: () => void): void {
    this.#releases.push(release);
  }

  /** Releases everything, the newest first. A release that fails does not keep the others from running. */
  run(): void {
    for (let release = this.#releases.pop(); release; release = this.#releases.pop()) {
      try {
        release();
      } catch {
        // If a failure brought us here, that is the one to report. What is left, `clean` finds.
      }
    }
  }
}
