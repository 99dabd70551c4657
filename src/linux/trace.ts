// --explain: writes each call as it happens, by whichever process makes it, to one descriptor that all of them share.
// How a line looks is in trace-line.ts. It never goes to the container's own output.
//
// What is shown is what strace sees, in its spelling: the kernel's name of the call, where libc's function has another.
// Left out is what carries a program's data once it runs (tryRead, tryWrite, poll), which would drown all else, and what
// Node does for itself.

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { toJson, toText } from './trace-line.ts';

export type TraceFormat = 'text' | 'json';

interface Trace {
  fd: number;
  format: TraceFormat;
  startedAt: bigint;
  /** The machine's /proc, kept open for children that will see another one; undefined once it is not needed. */
  procFd: number | undefined;
  /** How many PID namespaces lie between that /proc and us, itself included. */
  depth: number;
}

let trace: Trace | undefined;
let role = 'cli';
let pid = process.pid;
let currentStep = 'prepare';

/**
 * Starts showing calls on `fd`, which children made by fork inherit. It should be above 2, so that it is never a
 * program's own, and close-on-exec.
 */
export function startTrace(fd: number, format: TraceFormat): void {
  trace = { fd, format, startedAt: process.hrtime.bigint(), procFd: openProc(), depth: 0 };
  const pids = ownPids(trace);
  trace.depth = pids.length;
  pid = pids[0] ?? process.pid;
}

function openProc(): number | undefined {
  try {
    return openSync('/proc', constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
}

export function stopTrace(): void {
  if (trace) closeProc(trace);
  trace = undefined;
}

function closeProc(trace: Trace): void {
  if (trace.procFd !== undefined) closeSync(trace.procFd);
  trace.procFd = undefined;
}

/** The descriptor that must stay open until execve, or undefined. */
export function traceFd(): number | undefined {
  return trace?.fd;
}

export function isTracing(): boolean {
  return trace !== undefined;
}

/** Says which process of a start is speaking: cli, shim, init, exec; a forked child is `child` until it says so. */
export function setRole(name: string): void {
  role = name;
}

/** Names the step of `run` that the following calls belong to. */
export function step(name: string): void {
  currentStep = name;
}

/** The step that is being carried out. */
export function stepNow(): string {
  return currentStep;
}

/** Called in a new child by the fork itself: from here on the lines are the child's. */
export function beginChild(): void {
  if (trace === undefined) return;
  role = 'child';
  const pids = ownPids(trace);
  pid = pids[0] ?? 0;
  if (pids.length > trace.depth) closeProc(trace); // nothing of the host's stays open in a container
}

/**
 * This process's numbers, first the one by which the machine and strace know it, then those in its PID namespaces.
 * process.pid would still be the parent's after a fork, and /proc may be a container's by now.
 */
function ownPids({ procFd }: Trace): number[] {
  if (procFd === undefined) return [];
  try {
    const status = readFileSync(`/proc/self/fd/${procFd}/self/status`, 'utf8');
    return (/^NSpid:(.*)$/m.exec(status)?.[1] ?? '').trim().split(/\s+/).map(Number);
  } catch {
    return []; // there is no /proc here
  }
}

/**
 * Writes one call.
 * @param by the function's name as in man 2.
 * @param result what it returned, or -errno; undefined for a call that does not return, and is shown ahead.
 */
export function traceCall(by: string, args: string, result: number | undefined, durationNs?: bigint): void {
  if (trace === undefined) return;
  const atMs = Number(process.hrtime.bigint() - trace.startedAt) / 1e6;
  const durationMs = durationNs === undefined ? undefined : Number(durationNs) / 1e6;
  const line = { by, args, result, atMs, durationMs, pid, role, step: currentStep };
  writeLine(trace.fd, trace.format === 'json' ? toJson(line) : toText(line));
}

/** Writes the whole line. Where nobody reads it any more, tracing ends: a start does not fail for that. */
function writeLine(fd: number, line: string): void {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return stopTrace();
      pause(); // a non-blocking terminal or pipe is full
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
