// The door to the kernel: every libc call of Slipway goes through call() here, so that each one can be
// shown as it happens (--explain, see trace.ts) and each failure becomes a SyscallError (errors.ts).
// The files beside this one hold the calls themselves, named and ordered as in man 2.

import { createRequire } from 'node:module';
import { SyscallError } from './errors.ts';
import { isTracing, traceCall } from './trace.ts';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const libc = koffi.load('libc.so.6');

/** x86_64 or arm64: system call numbers that differ are kept in pairs. */
export const machine: 'x86_64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'x86_64';

// biome-ignore lint/suspicious/noExplicitAny: koffi gives one type for every C function.
type Native = (...args: any[]) => any;

/** A libc function by its C declaration. It is looked up at its first call, which keeps the start short. */
export function bind(declaration: string): Native {
  let native: Native | undefined;
  return (...args) => {
    native ??= lookUp(declaration);
    return native(...args);
  };
}

/** A libc function looked up now: for calls between which nothing may run but themselves (fork.ts). */
export function lookUp(declaration: string): Native {
  return libc.func(declaration) as Native;
}

/** Four bytes outside of V8's heap for a result that the kernel writes by address, such as a pidfd. */
export function allocateInt(): { address: bigint; read(): number } {
  const memory = koffi.alloc('int', 1);
  return { address: koffi.address(memory), read: () => koffi.decode(memory, 'int') as number };
}

/** The address of a native variable of libc's, or of any koffi pointer. */
export function addressOf(pointer: unknown): bigint {
  return koffi.address(pointer as never);
}

/**
 * Makes one call: `show` writes its arguments for a reader, `run` makes it.
 * @returns what the call returned; -1 becomes a SyscallError with the errno.
 * @param object what the call was about, for the error's first words.
 */
export function call(name: string, show: () => string, run: () => unknown, object?: string): number {
  const result = attempt(name, show, run);
  if (result < 0) throw new SyscallError(name, show(), -result, object);
  return result;
}

/** As call(), but a failure is returned as -errno in place of being thrown: for failures that are an answer. */
export function attempt(name: string, show: () => string, run: () => unknown): number {
  if (!isTracing()) return outcome(run());
  const startedAt = process.hrtime.bigint();
  const result = outcome(run());
  traceCall(name, show(), result, process.hrtime.bigint() - startedAt);
  return result;
}

function outcome(value: unknown): number {
  const result = Number(value);
  return result === -1 ? -koffi.errno() : result;
}


/** True for a SyscallError with one of these codes: `isErrno(error, 'ENOENT', 'ENOTDIR')`. */
export function isErrno(error: unknown, ...codes: string[]): error is SyscallError {
  return error instanceof SyscallError && codes.includes(error.code);
}
