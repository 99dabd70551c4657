// A start that fails at any step says which call failed and what that means, in one line, and leaves nothing behind. Each
// kind of call is made to fail in turn: the first, the middle and the last time that a process of the start makes it.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Result, type Started, scratch, slipway, start } from '../slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from '../users.ts';
import { footprint, nothingNew } from './footprint.ts';
import { type Fault, inject, observe, type TracedCall } from './inject.ts';

/** Failures that need not end a start, and why. */
const TOLERATED: readonly (readonly [call: RegExp, why: string])[] = [
  [/^(fchdir|openat2\(.*"\/")/, 'the working folder is entered once more as the user, who may have other rights'],
  [/^openat2\(.*"\/etc\/(passwd|group)"/, 'an image need not have users: numbers will do'],
  [/^fchown/, 'an ordinary user can give nothing away'],
  [/^keyctl/, 'inside of another container a filter may forbid it'],
  [/^openat\(.*\/container\.json"/, 'the shim knows it, and only looks whether it was changed'],
  [/^(openat|statx)\(.*\/events\.jsonl"/, 'that nobody is told of it stops no start'],
  [/^openat\(.*"\/proc\/\d+\/(stat|ns\/mnt)"/, 'the program may have ended just now'],
];

/** What a failure may call it, where that is not the kernel's name: libc's, or that of Node's function. */
const ALSO_CALLED: Record<string, string[]> = {
  wait4: ['waitpid'],
  signalfd4: ['signalfd'],
  openat: ['open', 'scandir', 'opendir', 'cannot set'],
  statx: ['stat', 'lstat'],
  mkdirat: ['mkdir'],
  mknodat: ['mknod'],
};

/** The flags make a start take many ways. */
const RUN = [...['run', '--rm', '--cpus', '1', '-m', '64m'], ...['-v', '/anonymous', '--tmpfs', '/t', 'box', 'true']];

/** Calls by which roles are told apart, and by which it is seen when a start is over. */
const LANDMARKS = ['setsid', 'setns', 'execve', 'rt_sigprocmask'];

/** How often Node makes a call where it would not stand its failure, for those that are also ours. */
const NOT_NODES = new Map([
  ['socketpair', 0],
  ['prctl', 0],
  ['pipe2', 1], // in the child of each fork
]);

/** Which times a call can be made to fail: not when the command line itself, which Node runs, makes as many. */
async function choose(args: readonly string[], calls: readonly string[], user?: User): Promise<Map<string, number[]>> {
  const trace = await observe(args, [...new Set([...calls, ...LANDMARKS])], { user });
  const parts = [...new Set(trace.map(({ pid }) => pid))].map((pid) => trace.filter((each) => each.pid === pid));
  const isOfStart = (part: TracedCall[]) => part.some(({ call }) => call === 'setsid' || call === 'setns');
  const starters = parts.filter(isOfStart).map(untilStarted);
  const others = parts.filter((part) => !isOfStart(part));
  return new Map(
    calls.map((call) => {
      const count = (part: TracedCall[]) => part.filter((each) => each.call === call).length;
      const tooFew = NOT_NODES.get(call) ?? Math.max(0, ...others.map(count));
      const nths = starters.map(count).flatMap((last) => (last === 0 ? [] : [1, Math.ceil(last / 2), last]));
      return [call, [...new Set(nths)].filter((nth) => nth > tooFew).toSorted((a, b) => a - b)];
    }),
  );
}

/** A shim's part is over when it begins to heed its children, all others' when they become a program. */
function untilStarted(part: TracedCall[]): TracedCall[] {
  const end = part.findLastIndex(({ line }) => /^rt_sigprocmask\(SIG_BLOCK, \[CHLD\]|^execve/.test(line));
  return end < 0 ? part : part.slice(0, end + 1);
}

type TracedResult = Result & { trace: TracedCall[] };

function expectFailure({ call, error }: Fault, result: TracedResult, exitCode: number): void {
  const { code, stdout, stderr, trace } = result;
  const hits = trace.filter(({ line }) => line.includes('(INJECTED)'));
  expect(hits, 'strace to have made the call fail').not.toHaveLength(0);
  const lines = hits.map(({ line }) => line).join('\n');
  if (code === 0 && hits.every(({ line }) => TOLERATED.some(([pattern]) => pattern.test(line)))) {
    expect(stderr).toBe('');
    return;
  }
  expect({ code, stdout }, `${lines}\n${stderr}`).toEqual({ code: exitCode, stdout: '' });
  expect(stderr, lines).toMatch(/^slipway: [^\n]{40,}\n$/);
  expect(stderr, lines).toMatch(
    new RegExp(`(${[call, ...(ALSO_CALLED[call] ?? [])].join('|')}).*\\(${error}\\)[.:] \\w`),
  );
  expect(stderr, lines).not.toContain('mistake in Slipway');
}

async function failOnce(fault: Fault, args: readonly string[], exitCode = 125, user?: User): Promise<void> {
  const before = footprint(user);
  expectFailure(fault, await inject(fault, args, { user }), exitCode);
  await nothingNew(before, user);
}

/** One test for each call. */
function testEach(args: readonly string[], calls: readonly string[], user?: () => User): void {
  let choices = new Map<string, number[]>();
  beforeAll(async () => {
    await slipway(args, { user: user?.() }); // makes what only a first start makes
    choices = await choose(args, calls, user?.());
  });
  test.each(calls)('%s', async (call) => {
    const nths = choices.get(call) ?? [];
    expect(nths, 'a start to make the call').not.toHaveLength(0);
    for (const nth of nths) {
      await failOnce({ call, nth, error: 'EPERM' }, args, 125, user?.());
    }
  });
}

describe('run, as root, when this fails:', () => {
  testEach(RUN, [
    ...['socketpair', 'setsid', 'signalfd4', 'pipe2', 'dup3', 'poll', 'flock', 'getrandom'],
    ...['mkdir', 'symlink', 'rename', 'openat', 'openat2', 'mkdirat', 'mknodat', 'symlinkat', 'readlinkat', 'statx'],
    ...['fchmod', 'fchown', 'utimensat', 'fstatfs', 'unshare', 'sethostname', 'keyctl', 'ioctl'],
    ...['mount', 'umount2', 'move_mount', 'open_tree', 'mount_setattr', 'fsopen', 'fsconfig', 'fsmount', 'pivot_root'],
    ...['chdir', 'fchdir', 'seccomp', 'prctl', 'setgroups', 'setresgid', 'setresuid', 'capset', 'close_range'],
  ]);

  test('clone3', async () => {
    // libc makes Node's threads without clone3 where there is none.
    await failOnce({ call: 'clone3', nth: 1, error: 'ENOSYS' }, RUN);
  });

  test.each([
    ['ENOENT', 127],
    ['EACCES', 126],
    ['ENOEXEC', 126],
    ['ENOMEM', 126],
  ])('execve, with %s', async (error, exitCode) => {
    await failOnce({ call: 'execve', nth: 1, error }, RUN, exitCode);
  });
});

describe('run -t, when this fails:', () => {
  testEach(['run', '--rm', '-t', 'box', 'true'], ['sendmsg', 'recvmsg', 'dup3', 'open_tree', 'move_mount']);
});

test.each([
  ['mkdir', 10],
  ['symlink', 5],
  ['chmod', 4],
  ['fsync', 5],
  ['rename', 1],
  ['rename', 2],
])(
  'the first start, which makes the image box, says that %s has failed (call %i), and the next one makes it',
  async (call, nth) => {
    const home = scratch('first');
    const env = { SLIPWAY_ROOT: join(home, 'root') };
    const { code, stderr, trace } = await inject({ call, nth, error: 'EIO' }, RUN, { env });
    expect(trace.filter(({ line }) => line.includes('(INJECTED)'))).toHaveLength(1);
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.stringMatching(/^slipway: .*EIO.*\n$/) });
    expect(readdirSync(join(home, 'root', 'layers')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const next = await slipway(['run', '--rm', 'box', 'echo', 'hello'], { env });
    expect(next).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  },
);

test('the end of a start does not wait for a disk: what was written to stdout is not synced', async () => {
  await slipway(RUN); // makes box, which is synced
  const { code, stdout, stderr, trace } = await inject(
    { call: 'fsync', nth: 1, error: 'EIO' },
    ['run', '--rm', 'box', 'echo', 'hello'],
    { timeoutMs: 20_000 },
  );
  expect({ code, stdout, stderr, trace }).toEqual({ code: 0, stdout: 'hello\n', stderr: '', trace: [] });
});

describe('exec, when this fails:', () => {
  let container: Started;
  beforeAll(async () => {
    container = start(['run', '--name', 'alive', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await container.says('ready');
  });
  afterAll(async () => {
    expect(await slipway(['exec', 'alive', 'echo', 'still here'])).toMatchObject({ code: 0, stdout: 'still here\n' });
    await slipway(['rm', '-f', 'alive']);
    await container.ended;
  });
  testEach(
    ['exec', 'alive', 'true'],
    [
      ...['socketpair', 'setsid', 'pipe2', 'dup3', 'openat', 'setns', 'pidfd_open', 'keyctl', 'prctl', 'seccomp'],
      ...['setgroups', 'setresgid', 'setresuid', 'capset', 'close_range', 'wait4'],
    ],
  );
  test('execve', async () => {
    await failOnce({ call: 'execve', nth: 1, error: 'EACCES' }, ['exec', 'alive', 'true'], 126);
  });
});

describe('run, without root, when this fails:', () => {
  testEach(
    ['run', '--rm', 'box', 'true'],
    ['mount', 'fsconfig', 'move_mount', 'pivot_root', 'unshare', 'setgroups', 'setresuid', 'seccomp', 'wait4'],
    ordinaryUser,
  );
});

describe('run, without root and without a range of ids, when this fails:', () => {
  testEach(['run', '--rm', 'box', 'true'], ['mount', 'pivot_root', 'seccomp'], userWithoutRange);

  test.each(['setgroups', 'uid_map', 'gid_map'])('to open %s', async (file) => {
    const user = userWithoutRange();
    const trace = await observe(['run', '--rm', 'box', 'true'], ['openat'], { user });
    const writer = trace.find(({ line }) => new RegExp(`"/proc/\\d+/${file}", O_WRONLY`).test(line));
    const nth = trace.filter(({ pid }) => pid === writer?.pid).indexOf(writer as TracedCall) + 1;
    await failOnce({ call: 'openat', nth, error: 'EPERM' }, ['run', '--rm', 'box', 'true'], 125, user);
  });
});
