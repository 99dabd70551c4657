// Verbs that take several containers: those with which it can be done are printed, as Docker does, and an error of one
// does not stop the rest.

import type { Results } from '../engine/stop.ts';
import { showError } from './errors.ts';
import { UsageError } from './flags.ts';
import { print } from './print.ts';

/** Does the work for each. @returns the exit code: 1 when one has failed. */
export function forEach(references: readonly string[], verb: string, work: (reference: string) => void): number {
  const results = new EachResult(references, verb);
  for (const reference of references) {
    try {
      work(reference);
      results.done(reference);
    } catch (error) {
      results.failed(reference, error);
    }
  }
  return results.code;
}

/** Tells what becomes of each. */
export class EachResult implements Results {
  /** The exit code. */
  code = 0;

  /** @throws UsageError when there is none. */
  constructor(references: readonly string[], verb: string) {
    if (references.length === 0) {
      throw new UsageError(`a container is missing: slipway ${verb} [flags] CONTAINER …`);
    }
  }

  done(reference: string): void {
    print(`${reference}\n`);
  }

  failed(_reference: string, error: unknown): void {
    showError(error);
    this.code = 1;
  }
}

/** Docker's exit code for what could not be done with a container is 1, where that of `run` is 125. */
export async function orOne(work: () => number | Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    showError(error);
    return 1;
  }
}

/** The one word that a verb takes. @throws UsageError when there are none or more. */
export function onlyWord(words: readonly string[], verb: string): string {
  const [word] = words;
  if (word === undefined) throw new UsageError(`a container is missing: slipway ${verb} [flags] CONTAINER`);
  if (words.length > 1) throw new UsageError(`${verb} takes one container, and "${words[1]}" is one more`);
  return word;
}
