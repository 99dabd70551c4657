import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  PR_CAPBSET_READ,
  PR_GET_DUMPABLE,
  PR_SET_DUMPABLE,
  RLIMITS,
  SIGKILL,
  SIGNALS,
  WEXITED,
} from '../../src/linux/constants.ts';
import { capget, getegid, geteuid, getgid, getuid } from '../../src/linux/credentials.ts';
import { close } from '../../src/linux/files.ts';
import {
  decodeStatus,
  exitCode,
  getpid,
  getppid,
  kill,
  pidfd_open,
  pidfd_send_signal,
  prctl,
  prlimit,
  waitid,
  waitpid,
} from '../../src/linux/process.ts';

describe('decodeStatus', () => {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  test('tells all 256 exit codes', () => {
    expect(codes.map((code) => decodeStatus(code << 8))).toEqual(codes.map((exited) => ({ exited })));
    expect(codes.map((code) => exitCode({ exited: code }))).toEqual(codes);
  });

  const signals = Array.from({ length: 64 }, (_, index) => index + 1);
  test('tells all 64 signals, with and without a core dump', () => {
    const expected = signals.map((signaled) => ({ signaled }));
    expect(signals.map((signal) => decodeStatus(signal))).toEqual(expected);
    expect(signals.map((signal) => decodeStatus(signal | 0x80))).toEqual(expected);
    expect(signals.map((signaled) => exitCode({ signaled }))).toEqual(signals.map((signal) => 128 + signal));
  });
});

describe('process numbers', () => {
  test('are what Node says', () => {
    expect([getpid(), getppid()]).toEqual([process.pid, process.ppid]);
  });

  test('are user and group ids too', () => {
    expect([getuid(), geteuid(), getgid(), getegid()]).toEqual([
      process.getuid?.(),
      process.geteuid?.(),
      process.getgid?.(),
      process.getegid?.(),
    ]);
  });
});

test("the signals have this machine's numbers", () => {
  const named = Object.entries(constants.signals).filter(([name]) => name in SIGNALS);
  expect(Object.fromEntries(named)).toMatchObject(SIGNALS);
});

describe('waiting for what is no child', () => {
  const noChild = expect.objectContaining({
    code: 'ECHILD',
    lesson: '01-process',
    hint: expect.stringContaining('child'),
  });
  test('waitpid', () => expect(() => waitpid(1)).toThrow(noChild));
  test('waitid', () => expect(() => waitid(1, 1, WEXITED)).toThrow(noChild));
});

describe('pidfd', () => {
  test('is a descriptor of a living process', () => {
    const pidfd = pidfd_open(process.pid);
    pidfd_send_signal(pidfd, 0);
    close(pidfd);
  });

  test('ESRCH for a process that is not there', () => {
    const ended = expect.objectContaining({ code: 'ESRCH', hint: 'The process has ended.' });
    expect(() => pidfd_open(0x3fffffff)).toThrow(ended);
    expect(() => kill(0x3fffffff, SIGKILL)).toThrow(ended);
  });
});

describe('prctl', () => {
  test('sets and gets', () => {
    const before = prctl(PR_GET_DUMPABLE);
    prctl(PR_SET_DUMPABLE, 0);
    expect(prctl(PR_GET_DUMPABLE)).toBe(0);
    prctl(PR_SET_DUMPABLE, before);
  });

  test('fails by an errno, not by its result', () => {
    expect(() => prctl(PR_CAPBSET_READ, 63)).toThrow(
      expect.objectContaining({ code: 'EINVAL', args: 'PR_CAPBSET_READ, 63' }),
    );
  });
});

describe('prlimit', () => {
  /** `Max open files   1024   524288   files` */
  function limitInProc(name: string): { soft: number; hard: number } {
    const line =
      readFileSync('/proc/self/limits', 'utf8')
        .split('\n')
        .find((text) => text.startsWith(name)) ?? '';
    const [soft, hard] = line.slice(name.length).trim().split(/\s+/);
    const number = (text = '') => (text === 'unlimited' ? Infinity : Number(text));
    return { soft: number(soft), hard: number(hard) };
  }

  test.each([
    ['RLIMIT_NOFILE', 'Max open files'],
    ['RLIMIT_NPROC', 'Max processes'],
    ['RLIMIT_FSIZE', 'Max file size'],
    ['RLIMIT_RTTIME', 'Max realtime timeout'],
  ] as const)('%s is what /proc says', (name, inProc) => {
    expect(prlimit(0, RLIMITS[name], null)).toEqual(limitInProc(inProc));
  });

  test.each([Infinity, -1, Number('18446744073709551615')])('%d is no limit', (value) => {
    const before = prlimit(0, RLIMITS.RLIMIT_CORE, null);
    if (before.hard !== Infinity) return; // cannot be raised here
    prlimit(0, RLIMITS.RLIMIT_CORE, { soft: value, hard: value });
    expect(prlimit(0, RLIMITS.RLIMIT_CORE, before)).toEqual({ soft: Infinity, hard: Infinity });
  });

  test('sets a limit and tells what was', () => {
    const before = prlimit(0, RLIMITS.RLIMIT_CORE, null);
    prlimit(0, RLIMITS.RLIMIT_CORE, { soft: 0, hard: before.hard });
    expect(prlimit(0, RLIMITS.RLIMIT_CORE, before)).toEqual({ soft: 0, hard: before.hard });
  });

  test('EINVAL for a soft limit above the hard one', () => {
    expect(() => prlimit(0, RLIMITS.RLIMIT_CORE, { soft: 2, hard: 1 })).toThrow(
      expect.objectContaining({ code: 'EINVAL', args: '0, RLIMIT_CORE, {rlim_cur: 2, rlim_max: 1}, …' }),
    );
  });
});

test('capget tells what /proc says', () => {
  const status = readFileSync('/proc/self/status', 'utf8');
  const inProc = (field: string) => BigInt(`0x${new RegExp(`${field}:\\s+(\\w+)`).exec(status)?.[1]}`);
  expect(capget()).toEqual({
    effective: inProc('CapEff'),
    permitted: inProc('CapPrm'),
    inheritable: inProc('CapInh'),
  });
});
