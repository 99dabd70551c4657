// Where a program is, as the guard finds it: the PATH inside is not the user's.

import { DEFAULT_PATH } from '../engine/spec/process.ts';
import { findProgram } from '../runtime/program.ts';

/** The path of the program, or undefined when there is none that can be executed. */
export function pathOfProgram(name: string): string | undefined {
  try {
    return findProgram(name, [`PATH=${DEFAULT_PATH}`]);
  } catch {
    return undefined;
  }
}
