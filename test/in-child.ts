// Runs a piece of a test in a forked child, where it may unshare, mount and change its user as it likes:
//
//     const pid = inChild(() => {
//       unshare(CLONE_NEWUTS);
//       sethostname('other');
//       return getpid();
//     });
//
// What it returns comes back as JSON; what it throws is thrown here again. It runs synchronously, and so must it be:
// see src/linux/fork.ts. Only the projects of vitest.config.ts with the fork-safe flags can use it: test/system.

import { CLONE_NEWNS, MS_PRIVATE, MS_REC, O_CLOEXEC } from '../src/linux/constants.ts';
import { SyscallError } from '../src/linux/errors.ts';
import { close, pipe2, readAll, write } from '../src/linux/files.ts';
import { fork } from '../src/linux/fork.ts';
import { mount } from '../src/linux/mount.ts';
import { unshare } from '../src/linux/namespaces.ts';
import { _exit, waitpid } from '../src/linux/process.ts';

interface Answer {
  value?: unknown;
  /** A SyscallError. */
  syscall?: { call: string; args: string; errno: number; object?: string | undefined };
  error?: { message: string; stack?: string | undefined };
}

/** Calls `work` in a child, and waits for it. @returns what it returned. @throws what it threw. */
export function inChild<T>(work: () => T): T {
  if (!process.execArgv.includes('--single-threaded')) throw new Error('fork needs the flags of the system tests');
  const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
  const pid = fork();
  if (pid === 0) {
    writeAll(writeEnd, JSON.stringify(answerOf(work)));
    _exit(0);
  }
  close(writeEnd);
  const text = readAll(readEnd);
  close(readEnd);
  const { status } = waitpid(pid);
  if (text === '') throw new Error(`the child ended without an answer: ${JSON.stringify(status)}`);
  return unpack(JSON.parse(text) as Answer) as T;
}

/** As inChild, in a mount namespace of its own, from which no mount reaches the machine. */
export function inMountNamespace<T>(work: () => T): T {
  return inChild(() => {
    unshare(CLONE_NEWNS);
    mount(null, '/', null, MS_REC | MS_PRIVATE);
    return work();
  });
}

function answerOf(work: () => unknown): Answer {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof SyscallError) {
      const { call, args, errno, object } = error;
      return { syscall: { call, args, errno, object } };
    }
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { error: { message, stack } };
  }
}

function unpack({ value, syscall, error }: Answer): unknown {
  if (syscall) throw new SyscallError(syscall.call, syscall.args, syscall.errno, syscall.object);
  if (error) throw Object.assign(new Error(error.message), { stack: error.stack });
  return value;
}

function writeAll(fd: number, text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(write(fd, rest));
}
