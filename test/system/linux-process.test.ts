import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  O_CLOEXEC,
  P_PIDFD,
  POLLIN,
  SIGKILL,
  SIGNALS,
  SIGTERM,
  SIGUSR1,
  SIGUSR2,
  WEXITED,
  WNOHANG,
  WNOWAIT,
} from '../../src/linux/constants.ts';
import { close, dup3, pipe2, readAll } from '../../src/linux/files.ts';
import { clone3, fork, madvise } from '../../src/linux/fork.ts';
import { poll } from '../../src/linux/poll.ts';
import { _exit, execve, getpid, getppid, kill, pidfd_send_signal, waitid, waitpid } from '../../src/linux/process.ts';
import { blockSignals, readSignal, resetSignals, signalfd } from '../../src/linux/signals.ts';
import { inChild } from '../in-child.ts';
import { programWithLoader } from './provoke.ts';

const folder = mkdtempSync(join(tmpdir(), 'process-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Forks a child that runs `work` and then ends with 99. @returns its pid. */
function forked(work: () => void): number {
  const pid = fork();
  if (pid === 0) {
    try {
      work();
    } catch {
      _exit(98);
    }
    _exit(99);
  }
  return pid;
}

/** What a program writes and how it ends, started in a forked child after `before`. */
function outcomeOf(path: string, args: string[], before: () => void = () => {}): { output: string; status: object } {
  const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
  const pid = forked(() => {
    dup3(writeEnd, 1);
    before();
    execve(path, [basename(path), ...args], ['GREETING=hello']);
  });
  close(writeEnd);
  const output = readAll(readEnd);
  close(readEnd);
  return { output, status: waitpid(pid).status };
}

function shell(script: string): { output: string; status: object } {
  return outcomeOf('/bin/sh', ['-c', script]);
}

describe('fork', () => {
  test('returns twice', () => {
    const child = inChild(() => ({ pid: getpid(), parent: getppid() }));
    expect(child.parent).toBe(process.pid);
    expect(child.pid).not.toBe(process.pid);
  });

  test('gives the child its own copy of everything', () => {
    let counter = 0;
    const inside = inChild(() => ++counter);
    expect([inside, counter]).toEqual([1, 0]);
  });
});

describe('execve', () => {
  test('becomes the program, with its arguments and environment', () => {
    expect(shell('echo $GREETING "$0"; exit 7')).toEqual({ output: 'hello sh\n', status: { exited: 7 } });
  });

  test.each([0, 1, 42, 125, 255])('its exit code %d is seen', (code) => {
    expect(shell(`exit ${code}`).status).toEqual({ exited: code });
  });

  test.each(['KILL', 'TERM', 'SEGV', 'HUP'] as const)('its end by SIG%s is seen', (name) => {
    expect(shell(`kill -${name} $$`).status).toEqual({ signaled: SIGNALS[`SIG${name}`] });
  });

  test('ENOENT for a program that is not there', () => {
    expect(() => inChild(() => execve('/missing', ['x'], []))).toThrow(
      expect.objectContaining({ code: 'ENOENT', args: '"/missing", ["x"], … /* 0 vars */', lesson: '01-process' }),
    );
  });

  test('ENOENT for a missing loader, and the hint names it', () => {
    const program = join(folder, 'foreign');
    writeFileSync(program, programWithLoader('/lib/missing.so'), { mode: 0o755 });
    expect(() => inChild(() => execve(program, ['x'], []))).toThrow(
      expect.objectContaining({ code: 'ENOENT', hint: expect.stringContaining('loader') }),
    );
  });

  test('EACCES for a file that is not executable', () => {
    writeFileSync(join(folder, 'plain'), 'text', { mode: 0o644 });
    expect(() => inChild(() => execve(join(folder, 'plain'), ['x'], []))).toThrow(
      expect.objectContaining({ code: 'EACCES', hint: expect.stringContaining('not executable') }),
    );
  });

  test('ENOEXEC for a file that is no program', () => {
    writeFileSync(join(folder, 'text'), 'just text', { mode: 0o755 });
    expect(() => inChild(() => execve(join(folder, 'text'), ['x'], []))).toThrow(
      expect.objectContaining({ code: 'ENOEXEC', hint: expect.stringContaining('#!') }),
    );
  });
});

describe('waiting', () => {
  test('waitpid with WNOHANG does not wait', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    const pid = forked(() => {
      close(writeEnd);
      readAll(readEnd);
    });
    expect(waitpid(pid, WNOHANG)).toBeUndefined();
    close(writeEnd);
    expect(waitpid(pid).status).toEqual({ exited: 99 });
    close(readEnd);
  });

  test('waitid tells of a pidfd, again and again with WNOWAIT', () => {
    const answer = inChild(() => {
      const { pid, pidfd } = clone3({ flags: 0 });
      if (pid === 0) _exit(5);
      const first = waitid(P_PIDFD, pidfd, WEXITED | WNOWAIT);
      const second = waitid(P_PIDFD, pidfd, WEXITED);
      return { pid, first, second };
    });
    const ended = { pid: answer.pid, uid: process.getuid?.(), code: 'CLD_EXITED', status: 5 };
    expect([answer.first, answer.second]).toEqual([ended, ended]);
  });

  test('waitid with WNOHANG does not wait, and tells a signal', () => {
    const answer = inChild(() => {
      const { pid, pidfd } = clone3({ flags: 0 });
      if (pid === 0) for (;;) poll([], 1000);
      const before = waitid(P_PIDFD, pidfd, WEXITED | WNOHANG) ?? 'still there';
      pidfd_send_signal(pidfd, SIGKILL);
      return { before, after: waitid(P_PIDFD, pidfd, WEXITED) };
    });
    expect(answer).toMatchObject({ before: 'still there', after: { code: 'CLD_KILLED', status: SIGKILL } });
  });

  test('a pidfd is ready to read when its process has ended', () => {
    const events = inChild(() => {
      const { pid, pidfd } = clone3({ flags: 0 });
      if (pid === 0) _exit(0);
      return poll([{ fd: pidfd, events: POLLIN }], 10_000);
    });
    expect(events).toEqual([POLLIN]);
  });
});

describe('signals', () => {
  test('are read one by one from a signalfd', () => {
    const read = inChild(() => {
      blockSignals([SIGUSR1, SIGUSR2]);
      const fd = signalfd([SIGUSR1, SIGUSR2]);
      const before = readSignal(fd) ?? 'none';
      kill(getpid(), SIGUSR2);
      kill(getpid(), SIGUSR1);
      return [before, readSignal(fd), readSignal(fd), readSignal(fd) ?? 'none'];
    });
    expect(read).toEqual(['none', SIGUSR1, SIGUSR2, 'none']);
  });

  test.each(Object.entries(SIGNALS).filter(([name]) => name !== 'SIGKILL' && name !== 'SIGSTOP'))(
    'blockSignals blocks %s and no other',
    (_, signal) => {
      const blocked = inChild(() => {
        blockSignals([signal]);
        return /SigBlk:\t(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
      });
      expect(BigInt(`0x${blocked}`)).toBe(1n << BigInt(signal - 1));
    },
  );

  test('resetSignals gives a program a fresh start', () => {
    // Not by way of a shell: some ignore signals of their own accord.
    const signalsOf = (before: () => void) =>
      outcomeOf('/bin/grep', ['-E', '^Sig(Blk|Ign)', '/proc/self/status'], before).output;
    const block = () => blockSignals([SIGTERM, SIGUSR1]);
    expect(signalsOf(block)).not.toMatch(/SigBlk:\t0+\nSigIgn:\t0+\n/);
    const reset = () => {
      block();
      resetSignals();
    };
    expect(signalsOf(reset)).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  test('a signal that waited ends the child, and not its parent, when it is let through', () => {
    const pid = forked(() => {
      blockSignals([SIGTERM]);
      kill(getpid(), SIGTERM);
      resetSignals();
    });
    expect(waitpid(pid).status).toEqual({ signaled: SIGTERM });
  });
});

test('madvise gives its errno', () => {
  expect(() => madvise(0x1000, 4096, 11)).toThrow(
    expect.objectContaining({ code: 'ENOMEM', args: '0x1000, 4096, MADV_DOFORK' }),
  );
});
