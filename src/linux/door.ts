// The door to the kernel: every libc call of Slipway goes through call() here, so that each one can be
// shown as it happens (--explain, see trace.ts) and each failure becomes a SyscallError (errors.ts).
// The files beside this one hold the calls themselves, named and ordered as in man 2.
//
//     const native = bind('int chroot(const char *path)');
//     call('chroot', () => quote(path), () => native(path));

import { createRequire } from 'node:module';
import { SyscallError } from './errors.ts';
import { numberOf, type SyscallName } from './numbers.ts';
import { isTracing, traceCall } from './trace.ts';

// koffi's own start looks for its binary in many places, which takes 10 ms. We know where it is: the pinned Node is built
// for glibc, and npm has installed the binary package for this processor.
const binary = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
const koffi = createRequire(import.meta.url)(binary) as typeof import('koffi');
const libc = koffi.load('libc.so.6');

/** x86_64 or arm64: what differs between them is kept in pairs. */
export const machine: 'x86_64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'x86_64';

// biome-ignore lint/suspicious/noExplicitAny: koffi gives one type for every C function.
type Native = (...args: any[]) => any;

/**
 * A libc function by its C declaration. It is looked up at its first call, which keeps the start short.
 * @throws Error (the function) for a string with a zero byte, where C would end it: "/a\0b" must not become "/a".
 */
export function bind(declaration: string): Native {
  let native: Native | undefined;
  return (...args) => {
    native ??= lookUp(declaration);
    args.forEach(refuseZeroByte);
    return native(...args);
  };
}

/** A system call by its number, for want of a libc function. `parameters` as in C: `const char *path, int flags`. */
export function bindNumber(name: SyscallName, parameters: string): Native {
  const native = bind(`long syscall(long number, ${parameters})`);
  return (...args) => native(numberOf(name), ...args);
}

/** A libc function looked up now: for calls between which nothing may run but themselves (fork.ts). */
export function lookUp(declaration: string): Native {
  return libc.func(declaration) as Native;
}

function refuseZeroByte(value: unknown): void {
  if (Array.isArray(value)) value.forEach(refuseZeroByte);
  else if (typeof value === 'string' && value.includes('\0')) {
    throw new Error(`${JSON.stringify(value)} has a zero byte in it, which no name, argument or variable can have`);
  }
}

/**
 * Where the bytes of a Buffer lie, for a struct that points to others. They do not move, but are freed with the Buffer:
 * so put all parts into one, and hand that to the call, which keeps it alive.
 */
export function addressOf(buffer: Buffer): bigint {
  return koffi.address(buffer as never);
}

/** Writes the arguments of a call for a reader. `result` is what it returned, or -errno. */
type Show = (result: number) => string;

/**
 * Makes one call: `show` writes its arguments for a reader, `run` makes it.
 * @param object what the call was about, for the error's first words.
 * @returns what the call returned. @throws SyscallError when that was -1.
 */
export function call(name: string, show: Show, run: () => unknown, object?: string): number {
  const result = attempt(name, show, run);
  if (result < 0) throw new SyscallError(name, show(result), -result, object);
  return result;
}

/** As call(), but a failure is returned as -errno in place of being thrown: for failures that are an answer. */
export function attempt(name: string, show: Show, run: () => unknown): number {
  if (!isTracing()) return outcome(run());
  const startedAt = process.hrtime.bigint();
  const result = outcome(run());
  const durationNs = process.hrtime.bigint() - startedAt;
  traceCall(name, show(result), result, durationNs);
  return result;
}

/** What a C function returned, with -errno for -1. It must be asked right after the call: errno is the thread's last. */
export function outcome(value: unknown): number {
  const result = Number(value);
  return result === -1 ? -koffi.errno() : result;
}

/** True for a SyscallError with one of these codes: `isErrno(error, 'ENOENT', 'ENOTDIR')`. */
export function isErrno(error: unknown, ...codes: string[]): error is SyscallError {
  return error instanceof SyscallError && codes.includes(error.code);
}
