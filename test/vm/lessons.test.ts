// The exercises on cgroup v2 alone: each passes solved, for root; and for a user to whom a cgroup is delegated, as systemd
// does for who logs in, the one about cgroups. The machine is emulated: everything takes long.

import { describe, expect, test } from 'vitest';
import { lessonNames } from '../../src/learn/lesson.ts';
import { exerciseFile } from '../../src/learn/workspace.ts';
import { describeInVm, type Run } from './in-vm.ts';

const MINUTES_30 = 30 * 60_000;
let count = 0;

/** Lays out a workspace of its own for each check, and puts the solution into it. */
function check(run: Run, lesson: string, home: string, as: (script: string) => string) {
  const folder = `${home}/workspace-${count++}`;
  const script = `
    export SLIPWAY_PATIENCE=5
    slipway init ${folder} >/dev/null
    cd ${folder}
    cp /slipway/lessons/${lesson}/solution.ts ${exerciseFile('.', lesson)}
    slipway check ${lesson} --json --lang en`;
  return run(['sh', '-ec', as(script)], { timeoutMs: MINUTES_30 });
}

const asRoot = (script: string) => script;

const asUser = (script: string) => `
  cd /sys/fs/cgroup
  echo '+cpu +memory +pids' > cgroup.subtree_control
  mkdir -p above
  echo '+cpu +memory +pids' > above/cgroup.subtree_control
  mkdir -p above/delegated/shell
  chown -R 1000:1000 above/delegated
  chown root above/delegated/cpu.* above/delegated/memory.* above/delegated/pids.*
  echo $$ > above/delegated/shell/cgroup.procs
  exec su user -c '${script}'`;

describeInVm('the exercises on cgroup v2', { memoryMiB: 2048, processors: 1 }, (run) => {
  describe.each([
    ['root', '/root', asRoot, lessonNames()],
    ['an ordinary user', '/data/user', asUser, ['01-process', '05-cgroups']],
  ] as const)('as %s', (_, home, as, lessons) => {
    test.each(lessons)('%s passes solved', { timeout: MINUTES_30 }, async (lesson) => {
      const { code, stdout, stderr } = await check(run, lesson, home, as);
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    });
  });
});
