// A start that failed, as it travels from the process that failed to the one that tells the user.
//
// Errors thrown on purpose are a plain Error or a SyscallError: their message is for the user. Everything else
// (TypeError and its kin) is a mistake of ours, and keeps its stack.

import { SyscallError } from '../linux/errors.ts';

export interface Failure {
  message: string;
  /** 125 our failure, 126 the program cannot be executed, 127 it is not there. */
  exitCode: number;
  call?: string;
  args?: string;
  errno?: number;
  code?: string;
  hint?: string | undefined;
  lesson?: string | undefined;
  step?: string;
  stack?: string | undefined;
}

/** An error that decides the exit code itself. */
export class RunError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 125) {
    super(message);
    this.name = 'RunError';
    this.exitCode = exitCode;
  }
}

/** The failure of another process as an error of this one. */
export class StartError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'StartError';
    this.failure = failure;
  }
}

/** The error as plain data. */
export function toFailure(error: unknown, step?: string): Failure {
  const where = step === undefined ? {} : { step };
  if (error instanceof StartError) return error.failure;
  if (error instanceof SyscallError) {
    const { message, call, args, errno, code, hint, lesson } = error;
    return { message, exitCode: 125, call, args, errno, code, hint, lesson, ...where };
  }
  if (error instanceof RunError) return { message: error.message, exitCode: error.exitCode, ...where };
  if (error instanceof Error && error.constructor === Error) return { message: error.message, exitCode: 125, ...where };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { message: bug.message, exitCode: 125, stack: bug.stack, ...where };
}
