// What the user sees when something went wrong: one line for a mistake of theirs or of the machine's, with the cure where
// we know one; a stack only for a mistake of ours.

import { type Failure, StartError, toFailure } from '../runtime/failure.ts';
import { UsageError } from './flags.ts';

/** Writes the error to stderr. @returns the exit code. */
export function showError(error: unknown): number {
  if (error instanceof UsageError) {
    say(error.message);
    return 125;
  }
  const failure = error instanceof StartError ? error.failure : toFailure(error);
  say(describe(failure));
  return failure.exitCode;
}

/** A sentence for the user, on stderr. */
export function say(sentence: string): void {
  process.stderr.write(`slipway: ${sentence}\n`);
}

/** Where a system call failed is told by the step of `run` and by the lesson that explains it. */
function describe({ message, call, step, lesson, stack }: Failure): string {
  if (stack !== undefined) return `this is a mistake in Slipway, please report it:\n${stack}`;
  const facts = [step && `step "${step}"`, lesson && `lesson ${lesson}`].filter(Boolean);
  return call === undefined || facts.length === 0 ? message : `${message} (${facts.join(', ')})`;
}
