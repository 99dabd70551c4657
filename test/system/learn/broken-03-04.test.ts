// The goals of the lessons on namespaces and pivot-root: each way to do it wrong is noticed, by the goal that is about it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkExercise } from '../../../src/learn/check.ts';
import type { Result } from '../../../src/learn/result.ts';
import { exerciseFile, initWorkspace, solutionFile } from '../../../src/learn/workspace.ts';
import { scratch } from '../slipway.ts';

type Changes = readonly (readonly [line: string, other: string])[];

/** What is seen of each goal when these lines of the solution are others. */
async function check(lesson: string, changes: Changes): Promise<Result[]> {
  const workspace = join(scratch('learner'), 'course');
  initWorkspace(workspace);
  const file = exerciseFile(workspace, lesson);
  let source = readFileSync(solutionFile(lesson), 'utf8');
  for (const [line, other] of changes) {
    expect(source).toContain(line);
    source = source.replace(line, other);
  }
  writeFileSync(file, source);
  const { results } = await checkExercise(lesson, file);
  expect(results.map(({ ours }) => ours).filter(Boolean)).toEqual([]);
  return results;
}

/** The goals that are then missed. */
async function missedBy(lesson: string, changes: Changes): Promise<string[]> {
  return (await check(lesson, changes)).filter(({ ok }) => !ok).map(({ goal }) => goal);
}

const MAKE_PROC = "  mount('proc', '/proc', 'proc', 0);\n";
const IN_PARENT = "  mount('proc', rootfs + '/proc', 'proc', 0);\n";
const CLONE = '  const { pid } = clone3';
const INSIDE = '  inside();\n';
const RENAME = "  sethostname('box');\n";
const MIDDLE = 'const middle = fork();\n';
const END = '_exit(exitCode(waitpid(middle).status));\n';
const MAPS = 'writeIdMaps(pid, own(uid), own(gid))';
const FORK_AGAIN = '  const second = fork();\n  if (second) _exit(exitCode(waitpid(second).status));\n';

test.each([
  ['no new UTS namespace', [['CLONE_NEWUTS | ', '']], ['namespaces', 'hostname', 'user']],
  ['no new IPC namespace', [['CLONE_NEWIPC | ', '']], ['namespaces']],
  ['no new PID namespace', [['CLONE_NEWPID | ', '']], ['namespaces', 'pid', 'proc', 'user']],
  ['no new network namespace', [['CLONE_NEWNET | ', '']], ['namespaces', 'lo', 'user']],
  ['no new mount namespace', [[' | CLONE_NEWNS;', ';']], ['namespaces', 'user']],
  ['another name', [["sethostname('box')", "sethostname('tub')"]], ['hostname']],
  // biome-ignore format: one line each
  ['the machine renamed too', [[RENAME, ''], [MIDDLE, RENAME + MIDDLE]], ['hostname', 'user']],
  ['lo left off', [['  raiseLoopback();\n', '']], ['lo']],
  ['no /proc', [[MAKE_PROC, '']], ['proc']],
  // biome-ignore format: one line each
  ['the /proc of the parent', [[MAKE_PROC, ''], [CLONE, IN_PARENT + CLONE]], ['proc', 'user']],
  ['a process in between', [[INSIDE, INSIDE + FORK_AGAIN]], ['pid']],
  ['no user namespace', [['ofOurs | CLONE_NEWUSER', 'ofOurs']], ['user']],
  ['no maps', [[MAPS, 'own(pid)']], ['user']],
  // biome-ignore format: one line each
  ['no maps, and no wait either', [[MAPS, 'own(pid)'], [END, '_exit(0);\n']], ['user']],
  ['a map to another number', [['containerID: 0', 'containerID: 5']], ['user']],
] as const)('namespaces: %s', async (_, changes, goals) => {
  expect(await missedBy('03-namespaces', changes)).toEqual(goals);
});

test('namespaces: an error in the parent is told, though the command runs', async () => {
  const results = await check('03-namespaces', [[MAPS, 'writeIdMaps(pid, own(uid + 1), own(gid))']]);
  expect(results.at(-1)).toMatchObject({
    goal: 'user',
    ok: false,
    seen: { en: expect.stringContaining('uid_map is empty') },
    besides: { call: 'write', code: 'EPERM', line: expect.any(Number) },
  });
});

const ALL = ['root', 'old-root', 'proc', 'outside', 'escape'];
const PRIVATE = "  mount(null, '/', null, MS_PRIVATE | MS_REC);";
const BIND = '  mount(rootfs, rootfs, null, MS_BIND | MS_REC);';
const PIVOT = "pivot_root('.', '.');";
const CHROOT = "chroot('.');";
const UMOUNT = "umount2('.', MNT_DETACH);";
const IMPORT = ['import { chdir, mount', 'import { chdir, chroot, mount'] as const;

test.each([
  ['/ left shared', [[PRIVATE, '']], ['outside']],
  ['/ made a slave', [['MS_PRIVATE | MS_REC', '(1 << 19) | MS_REC']], []],
  ['a root that is no mount', [[BIND, '']], ALL],
  ['no step into the root', [['chdir(rootfs);', '']], ALL],
  ['no /proc', [["mount('proc',", "String('proc',"]], ['proc']],
  ['the old root left', [[UMOUNT, '']], ['old-root', 'escape']],
  ['an unmount of what is busy', [[UMOUNT, "umount2('.');"]], ALL],
  ['chroot to a mount', [IMPORT, [PIVOT, CHROOT], [UMOUNT, '']], ['old-root', 'escape']],
  // biome-ignore format: one line each
  ['chroot to a folder', [IMPORT, [BIND, ''], [PIVOT, CHROOT], [UMOUNT, '']], ['root', 'old-root', 'outside', 'escape']],
] as const)('pivot-root: %s', async (_, changes, goals) => {
  expect(await missedBy('04-pivot-root', changes)).toEqual(goals);
});
