// --explain: writes each call as it happens, by whichever process makes it, to one descriptor that all of them share.
// A line of text for people, or a JSON object for programs. It never goes to the container's own output.

import { writeSync } from 'node:fs';
import { errnoName, errnoText } from './errno.ts';
import { lessonOf } from './hints.ts';

export type TraceFormat = 'text' | 'json';

interface Trace {
  fd: number;
  format: TraceFormat;
  startedAt: bigint;
}

let trace: Trace | undefined;
let role = 'cli';
let currentStep = 'prepare';

/** Starts showing calls on `fd`, which children made by fork inherit and execve closes. */
export function startTrace(fd: number, format: TraceFormat): void {
  trace = { fd, format, startedAt: process.hrtime.bigint() };
}

export function stopTrace(): void {
  trace = undefined;
}

/** The descriptor that must stay open until execve, or undefined. */
export function traceFd(): number | undefined {
  return trace?.fd;
}

/** Says that the same file is now open on another descriptor. */
export function useTraceFd(fd: number): void {
  if (trace !== undefined) trace.fd = fd;
}

export function isTracing(): boolean {
  return trace !== undefined;
}

/** Says which process of a start is speaking: cli, shim, init, exec. */
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

/** Writes one call. `result` is what it returned, or -errno. */
export function traceCall(call: string, args: string, result: number, durationNs: bigint): void {
  if (trace === undefined) return;
  const atMs = Number(process.hrtime.bigint() - trace.startedAt) / 1e6;
  const line = trace.format === 'json' ? jsonLine : textLine;
  writeSync(trace.fd, line(call, args, result, atMs, Number(durationNs) / 1e6));
}

function textLine(call: string, args: string, result: number, atMs: number, durationMs: number): string {
  const outcome = result < 0 ? `-1 ${errnoName(-result)} (${errnoText(-result)})` : `${result}`;
  const head = `${atMs.toFixed(2).padStart(8)} ms  ${role.padEnd(5)} ${currentStep.padEnd(12)}`;
  return `${head} ${call}(${args}) = ${outcome}  [${durationMs.toFixed(2)} ms]\n`;
}

function jsonLine(call: string, args: string, result: number, atMs: number, durationMs: number): string {
  const failed = result < 0;
  return `${JSON.stringify({
    atMs: round(atMs),
    pid: process.pid,
    role,
    step: currentStep,
    call,
    args,
    result: failed ? -1 : result,
    ...(failed ? { errno: -result, code: errnoName(-result) } : {}),
    durationMs: round(durationMs),
    lesson: lessonOf(call),
  })}\n`;
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
