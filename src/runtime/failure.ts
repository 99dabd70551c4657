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

/** A shim is gone without a word about its program's end. */
export class VanishedError extends RunError {
  constructor() {
    super('the shim of the container was killed, and the container with it');
    this.name = 'VanishedError';
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
export function toFailure(thrown: unknown, step?: string): Failure {
  const where = step === undefined ? {} : { step };
  const error = isNodes(thrown) ? asSyscallError(thrown) : thrown;
  if (error instanceof StartError) return error.failure;
  if (error instanceof SyscallError) {
    const { call, args, errno, code, hint, lesson } = error;
    return {
      message: short(error.message),
      exitCode: 125,
      call,
      args: short(args),
      errno,
      code,
      hint,
      lesson,
      ...where,
    };
  }
  if (error instanceof RunError) return { message: short(error.message), exitCode: error.exitCode, ...where };
  if (error instanceof Error && error.constructor === Error) {
    return { message: short(error.message + hintOfCause(error)), exitCode: 125, ...where };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return { message: short(bug.message), exitCode: 125, stack: bug.stack, ...where };
}

type NodesError = Error & { errno: number; syscall: string; path?: string };

/** An error of node:fs and its kin: a system call failed, which is the machine's fault or the user's. */
function isNodes(error: unknown): error is NodesError {
  if (error instanceof SyscallError || !(error instanceof Error)) return false;
  const { errno, syscall } = error as Partial<NodesError>;
  return typeof errno === 'number' && typeof syscall === 'string';
}

function asSyscallError({ syscall, errno, path, message }: NodesError): SyscallError {
  return new SyscallError(syscall, JSON.stringify(path ?? message), Math.abs(errno), path);
}

/** What to do when the disk is full, say, although the sentence is about something else. */
function hintOfCause({ cause }: Error): string {
  const hint = isNodes(cause) ? asSyscallError(cause).hint : undefined;
  return hint === undefined ? '' : `. ${hint}`;
}

const LONGEST_HALF = 2000;

/**
 * What a failure says has to fit into one message, and the arguments of an execve may be of any length. It begins with
 * the call, and ends with the error.
 */
function short(text: string): string {
  if (text.length <= 2 * LONGEST_HALF) return text;
  return `${text.slice(0, LONGEST_HALF)}…${text.slice(-LONGEST_HALF)}`;
}
