// What the user sees when something went wrong: one line for a mistake of theirs or of the machine's, with the cure where
// we know one; a stack only for a mistake of ours.

import { type Failure, StartError, toFailure } from '../runtime/failure.ts';
import { UsageError } from './flags.ts';
import { print } from './print.ts';

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
  print(`slipway: ${printable(sentence)}\n`, 'stderr');
}

/**
 * The words of a user in it may hold ends of lines, or what moves the cursor or paints the terminal: they are shown as
 * \n and \x1b. Where we have more than one line to say, the others are indented.
 */
function printable(sentence: string): string {
  return sentence.replaceAll(/(?!\n {2})\p{Cc}/gu, (character) => {
    return character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** Where a system call failed is told by the step of `run` and by the lesson that explains it. */
function describe({ message, call, step, lesson, stack }: Failure): string {
  if (stack !== undefined)
    return `this is a mistake in Slipway, please report it:\n  ${stack.replaceAll('\n', '\n  ')}`;
  const facts = [step && `step "${step}"`, lesson && `lesson ${lesson}`].filter(Boolean);
  return call === undefined || facts.length === 0 ? message : `${message} (${facts.join(', ')})`;
}
