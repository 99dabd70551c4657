import { mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERRNO } from '../../src/linux/errno.ts';
import { SyscallError } from '../../src/linux/errors.ts';
import { makeChannel } from '../../src/runtime/channel.ts';
import { RunError, StartError, toFailure } from '../../src/runtime/failure.ts';
import { causeOf } from '../../src/runtime/run.ts';
import { Undo } from '../../src/runtime/undo.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a failure', () => {
  test('of a system call keeps its facts, and the step', () => {
    const error = new SyscallError('pivot_root', '".", "."', ERRNO.EPERM);
    expect(toFailure(error, 'pivot')).toMatchObject({
      exitCode: 125,
      call: 'pivot_root',
      code: 'EPERM',
      step: 'pivot',
      message: expect.stringMatching(/^pivot_root\("\.", "\."\): .*\(EPERM\)\. It needs CAP_SYS_ADMIN/),
    });
  });

  test('of Node’s file functions is that of a system call, and no mistake of ours', () => {
    const { call, code, message, stack } = toFailure(thrownBy(() => mkdirSync('/proc/none')));
    expect({ call, code, stack }).toEqual({ call: 'mkdir', code: 'ENOENT', stack: undefined });
    expect(message).toBe('mkdir /proc/none: no such file or directory (ENOENT)');
  });

  test('that has another one as its cause says what to do about that', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left'), { errno: -28, code: 'ENOSPC', syscall: 'write' });
    const { message } = toFailure(new Error('box could not be assembled: no space left', { cause }));
    expect(message).toBe(
      'box could not be assembled: no space left. The disk is full: free some room on it, or put SLIPWAY_ROOT (slipway-oci: --root) on another one.',
    );
  });

  test('that decides the exit code itself', () => {
    expect(toFailure(new RunError('not there', 127))).toEqual({ message: 'not there', exitCode: 127 });
  });

  test('that comes from another process is passed on', () => {
    const failure = toFailure(new Error('from afar'), 'mounts');
    expect(toFailure(new StartError(failure), 'relay')).toBe(failure);
  });

  test('that is a mistake of ours keeps its stack', () => {
    const error = thrownBy(() => (undefined as unknown as string).length);
    expect(toFailure(error).stack).toContain('failure.test.ts');
    expect(toFailure('thrown').stack).toBeDefined();
  });

  test('is never longer than a message may be: the middle is left out', () => {
    const { message, args } = toFailure(new SyscallError('execve', 'x'.repeat(1_000_000), ERRNO.E2BIG));
    expect(message.length + (args?.length ?? 0)).toBeLessThan(10_000);
    expect(message).toMatch(/^execve\(x+…x+\): .*\(E2BIG\)/);
  });
});

describe('why a start failed', () => {
  test('is what the other side said last, not that it is gone', () => {
    const [ours, theirs] = makeChannel();
    theirs.send({ notice: 'a limit is clamped' });
    theirs.send({ failed: { message: 'mount failed', exitCode: 125 } });
    theirs.close();
    const error = thrownBy(() => ours.send({ go: 'join' }));
    expect(error).toMatchObject({ code: 'EPIPE' });
    expect(causeOf(error, ours)).toMatchObject({ message: 'mount failed' });
    ours.close();
  });

  test('is our own failure when the other side lives and is silent, or is gone without a word', () => {
    const [ours, theirs] = makeChannel();
    const error = new Error('ours');
    expect(causeOf(error, ours)).toBe(error);
    theirs.close();
    expect(causeOf(error, ours)).toBe(error);
    expect(causeOf(error, undefined)).toBe(error);
    ours.close();
  });
});

test('what was done is undone in reverse, each once, also when one of them fails', () => {
  const undo = new Undo();
  const done: number[] = [];
  undo.later(() => done.push(1));
  undo.later(() => readdirSync('/none'));
  undo.later(() => done.push(2));
  undo.run();
  undo.run();
  expect(done).toEqual([2, 1]);
});
