// Every failure that learners meet has a hint, and every call a lesson.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERRNO, type ErrnoName } from '../../src/linux/errno.ts';
import { SyscallError } from '../../src/linux/errors.ts';
import { hintFor } from '../../src/linux/hints.ts';
import { lessonOf } from '../../src/linux/lessons.ts';

const OVERLAY = '"overlay", "/x", "overlay", 0, "lowerdir=/a:/b"';
const CGROUP = '5</sys/fs/cgroup/slipway/x/memory.max>, "1", 1';
const UID_MAP = '5</proc/42/uid_map>, "0 0 9", 5';

const REQUIRED: [call: string, code: ErrnoName, args: string][] = [
  ['pivot_root', 'EINVAL', ''],
  ['pivot_root', 'EBUSY', ''],
  ['pivot_root', 'ENOENT', ''],
  ['mount', 'EPERM', ''],
  ['mount', 'EBUSY', ''],
  ['mount', 'ENODEV', ''],
  ['mount', 'EINVAL', OVERLAY],
  ['mount', 'EPERM', OVERLAY],
  ['mount', 'EBUSY', OVERLAY],
  ['mount', 'ELOOP', OVERLAY],
  ['mount', 'ENOENT', OVERLAY],
  ['fsconfig', 'EINVAL', ''],
  ['clone3', 'EPERM', ''],
  ['clone3', 'EINVAL', ''],
  ['clone3', 'ENOSPC', ''],
  ['setns', 'EINVAL', ''],
  ['setns', 'EPERM', ''],
  ['execve', 'ENOENT', ''],
  ['execve', 'EACCES', ''],
  ['execve', 'ENOEXEC', ''],
  ['write', 'EBUSY', CGROUP],
  ['write', 'EINVAL', CGROUP],
  ['write', 'ENOENT', CGROUP],
  ['openat', 'ENOENT', CGROUP],
  ['write', 'EPERM', UID_MAP],
];

describe('hintFor', () => {
  test.each(REQUIRED)('%s %s has a hint (%s)', (call, code, args) => {
    expect(hintFor(call, ERRNO[code], args)).toMatch(/^[A-Z].{20,}\.$/);
  });

  test('tells the overlay from other mounts', () => {
    expect(hintFor('mount', ERRNO.EINVAL, OVERLAY)).toContain('overlay');
    expect(hintFor('mount', ERRNO.EINVAL, '"/a", "/b", NULL, MS_BIND, NULL')).not.toContain('overlay');
  });

  test.each([
    ['NULL', 'last argument'],
    ['"upperdir=/u,workdir=/w"', 'lowerdir='],
    ['"lowerdir=/a,upperdir=/u"', 'workdir='],
    ['"lowerdir=/a,upperdir=/u, workdir=/w"', 'a space is a part'],
    ['"lowerdir=/a"', 'two lower ones'],
    ['"lowerdir=/a,upperdir=/u,workdir=/w"', 'two file systems'],
    ['"lowerdir=/a:/b,userxatr"', 'does not know an option'],
    ['"lowerdir=/a,upperdir=/u"...', 'two file systems'],
  ])('tells what is wrong with the options %s of an overlay', (options, words) => {
    expect(hintFor('mount', ERRNO.EINVAL, `"overlay", "/x", "overlay", 0, ${options}`)).toContain(words);
  });

  test('tells a mount without a type that its flags say nothing either', () => {
    for (const flags of ['MS_REC', '0']) {
      expect(hintFor('mount', ERRNO.EINVAL, `"/a", "/b", NULL, ${flags}, NULL`)).toContain('MS_BIND');
    }
    for (const flags of ['MS_BIND|MS_REC', 'MS_REC|MS_SLAVE', 'MS_MOVE']) {
      expect(hintFor('mount', ERRNO.EINVAL, `"/a", "/b", NULL, ${flags}, NULL`)).not.toContain('MS_BIND');
    }
    expect(hintFor('mount', ERRNO.EINVAL, '"proc", "/b", "proc", 0, NULL')).not.toContain('MS_BIND');
  });

  test('names the missing loader', () => {
    expect(hintFor('execve', ERRNO.ENOENT, '')).toContain('loader');
  });

  test('has nothing to say about a pair it does not know', () => {
    expect(hintFor('getpid', ERRNO.ESRCH, '')).toBeUndefined();
    expect(hintFor('write', ERRNO.EBUSY, '3, "x", 1')).toBeUndefined();
  });
});

describe('SyscallError', () => {
  const error = new SyscallError('mount', OVERLAY, ERRNO.EINVAL, 'overlay on /x');

  test('has the facts as fields', () => {
    expect(error).toMatchObject({ call: 'mount', args: OVERLAY, errno: 22, code: 'EINVAL', lesson: '06-unionfs' });
    expect(error.hint).toBe(hintFor('mount', 22, OVERLAY));
  });

  test('says the call, the object, the meaning and the cure', () => {
    expect(error.message).toBe(`mount overlay on /x: invalid argument (EINVAL). ${error.hint}`);
  });

  test('shows the arguments when there is no object', () => {
    expect(new SyscallError('close', '7', ERRNO.EBADF).message).toBe('close(7): bad file descriptor (EBADF)');
  });
});

describe('lessonOf', () => {
  const source = join(import.meta.dirname, '../../src/linux');
  const calls = readdirSync(source)
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .flatMap((text) =>
      [...text.matchAll(/\b(?:call|attempt|makeNode|traceCall)\(\s*'(\w+)'/g)].map(([, name]) => name),
    );

  const lessons = readdirSync(join(source, '../../lessons'));

  test('the calls are found in the source', () => {
    expect(new Set(calls).size).toBeGreaterThan(80);
  });

  test.each([...new Set(calls)].sort())('%s is explained by a lesson', (call) => {
    expect(lessons).toContain(lessonOf(call ?? ''));
  });

  test.each([
    ['write', CGROUP, '05-cgroups'],
    ['write', UID_MAP, '03-namespaces'],
    ['write', '1, "hello", 5', '01-process'],
    ['mount', OVERLAY, '06-unionfs'],
    ['mount', '"/a", "/b", NULL, MS_BIND, NULL', '07-volumes'],
    ['ioctl', '5, TIOCSWINSZ, {}', '08-exec'],
    ['prctl', 'PR_SET_PDEATHSIG, SIGKILL', '11-supervise'],
    ['prctl', 'PR_SET_NO_NEW_PRIVS, 1', '09-run'],
    ['ioctl', '5, SIOCSIFFLAGS, {}', '03-namespaces'],
  ])('%s(%s) belongs to %s', (call, args, lesson) => {
    expect(lessonOf(call, args)).toBe(lesson);
  });
});
