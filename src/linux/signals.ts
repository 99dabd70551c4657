// Signals for a process that has no event loop: they are blocked, and read one by one from a descriptor.

import { O_CLOEXEC, O_NONBLOCK, SIGNALS } from './constants.ts';
import { showConstant } from './decode.ts';
import { bind, call } from './door.ts';
import { tryRead } from './files.ts';

const native = {
  sigprocmask: bind('int sigprocmask(int how, const void *set, void *old)'),
  signalfd: bind('int signalfd(int fd, const void *mask, int flags)'),
  signal: bind('intptr_t signal(int signal, intptr_t handler)'),
};

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SIG_SETMASK = 2;
const SIG_DFL = 0;
const SIG_ERR = -1;
const SIGSET_SIZE = 128;

/** libc's sigset_t: bit 0 is signal 1. */
function signalSet(signals: readonly number[]): Buffer {
  const set = Buffer.alloc(SIGSET_SIZE);
  for (const signal of signals) set[(signal - 1) >> 3] = (set[(signal - 1) >> 3] ?? 0) | (1 << ((signal - 1) & 7));
  return set;
}

/** `[USR1 TERM]`, in the order of their numbers. */
function showSet(signals: readonly number[]): string {
  return `[${[...signals]
    .sort((a, b) => a - b)
    .map((signal) => showConstant(SIGNALS, signal).replace('SIG', ''))
    .join(' ')}]`;
}

const KERNEL_SET_SIZE = 8;

/** Holds these signals back until they are read or unblocked. */
export function blockSignals(signals: readonly number[]): void {
  const set = signalSet(signals);
  const show = () => `SIG_BLOCK, ${showSet(signals)}, NULL, ${KERNEL_SET_SIZE}`;
  call('sigprocmask', show, () => native.sigprocmask(SIG_BLOCK, set, null));
}

/** Lets these signals through again. */
export function unblockSignals(signals: readonly number[]): void {
  const set = signalSet(signals);
  const show = () => `SIG_UNBLOCK, ${showSet(signals)}, NULL, ${KERNEL_SET_SIZE}`;
  call('sigprocmask', show, () => native.sigprocmask(SIG_UNBLOCK, set, null));
}

/** A non-blocking descriptor from which these (blocked) signals are read. */
export function signalfd(signals: readonly number[]): number {
  const set = signalSet(signals);
  const show = () => `-1, ${showSet(signals)}, ${KERNEL_SET_SIZE}, SFD_CLOEXEC|SFD_NONBLOCK`;
  return call('signalfd', show, () => native.signalfd(-1, set, O_CLOEXEC | O_NONBLOCK));
}

/** The next signal that came, or undefined. struct signalfd_siginfo is 128 bytes and begins with the number. */
export function readSignal(fd: number): number | undefined {
  const info = Buffer.alloc(128);
  return tryRead(fd, info) === info.length ? info.readUInt32LE(0) : undefined;
}

/**
 * Gives a program the signals as a fresh process has them. Without this it would inherit what is blocked here, and
 * that Node ignores SIGPIPE: `yes | head` would never end. First come the handlers, since what waited may then arrive.
 */
export function resetSignals(): void {
  for (const signal of Object.values(SIGNALS)) {
    if (signal !== SIGNALS.SIGKILL && signal !== SIGNALS.SIGSTOP) resetSignal(signal);
  }
  const none = signalSet([]);
  const show = () => `SIG_SETMASK, [], NULL, ${KERNEL_SET_SIZE}`;
  call('sigprocmask', show, () => native.sigprocmask(SIG_SETMASK, none, null));
}

function resetSignal(signal: number): void {
  const show = () => `${showConstant(SIGNALS, signal)}, {sa_handler: SIG_DFL}, …, ${KERNEL_SET_SIZE}`;
  // signal() returns the handler that was, an address; what strace sees, and we show, is 0.
  call('signal', show, () => (native.signal(signal, SIG_DFL) === SIG_ERR ? -1 : 0));
}
