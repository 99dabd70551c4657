import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { O_CLOEXEC, RLIMITS } from '../../src/linux/constants.ts';
import { close, mkdir, pipe2 } from '../../src/linux/files.ts';
import { getpid, prlimit } from '../../src/linux/process.ts';
import { isTracing, setRole, startTrace, step, stepNow, stopTrace, type TraceFormat } from '../../src/linux/trace.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-'));
});
afterEach(() => {
  stopTrace();
  setRole('cli');
  rmSync(folder, { recursive: true });
});

/** What is written about the calls of `work`. */
function traced(format: TraceFormat, work: () => void): string {
  const fd = openSync(join(folder, 'trace'), 'w');
  startTrace(fd, format);
  work();
  stopTrace();
  close(fd);
  return readFileSync(join(folder, 'trace'), 'utf8');
}

function fail(work: () => void): void {
  expect(work).toThrow();
}

describe('as text', () => {
  test('is a line for each call: time, who, which step, the call, its result and how long it took', () => {
    setRole('init');
    step('names');
    expect(traced('text', getpid)).toMatch(
      new RegExp(`^ +\\d+\\.\\d\\d ms {2}init {2}names {8}getpid\\(\\) = ${process.pid} {2}\\[\\d+\\.\\d\\d ms\\]\\n$`),
    );
  });

  test('says what failed, and why', () => {
    expect(traced('text', () => fail(() => mkdir('/missing/x', 0o755)))).toContain(
      ' mkdirat(AT_FDCWD, "/missing/x", 0755) = -1 ENOENT (no such file or directory)  [',
    );
  });

  test('has the kernel’s name of a call, and the function that made it', () => {
    expect(traced('text', () => prlimit(0, RLIMITS.RLIMIT_CORE, null))).toMatch(
      / prlimit64\(0, RLIMIT_CORE, NULL, \{rlim_cur: \w+, rlim_max: \w+\}\) = 0 {2}\[.*\] {2}by prlimit\(\)\n/,
    );
  });
});

describe('as JSON', () => {
  test('is an object for each call', () => {
    setRole('init');
    step('names');
    const lines = traced('json', () => {
      getpid();
      fail(() => mkdir('/missing/x', 0o755));
    });
    const [first, second] = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const common = {
      pid: process.pid,
      role: 'init',
      step: 'names',
      atMs: expect.any(Number),
      durationMs: expect.any(Number),
    };
    expect(first).toEqual({ ...common, call: 'getpid', args: '', result: process.pid, lesson: '01-process' });
    expect(second).toEqual({
      ...common,
      call: 'mkdirat',
      args: 'AT_FDCWD, "/missing/x", 0755',
      result: -1,
      errno: 2,
      code: 'ENOENT',
      lesson: '02-chroot',
    });
  });

  test('names the function that made another call', () => {
    expect(JSON.parse(traced('json', () => prlimit(0, RLIMITS.RLIMIT_CORE, null)))).toMatchObject({
      call: 'prlimit64',
      by: 'prlimit',
    });
  });
});

test('remembers the step', () => {
  step('root');
  expect(stepNow()).toBe('root');
});

test('ends quietly when nobody reads it any more', () => {
  const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
  startTrace(writeEnd, 'text');
  close(readEnd); // its own line finds no reader
  expect(isTracing()).toBe(false);
  close(writeEnd);
});
