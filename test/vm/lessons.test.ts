// The exercises on cgroup v2 alone: each fails as shipped and passes solved, for root and for a user to whom a cgroup is
// delegated, as systemd does for who logs in. The machine is emulated, so everything takes long, and each goal is patient.

import { describe, expect, test } from 'vitest';
import { lessonNames } from '../../src/learn/lesson.ts';
import { describeInVm, type Run } from './in-vm.ts';

const MINUTES_30 = 30 * 60_000;

/** Lays out a workspace of its own for each check: exercise.ts as shipped, or the solution in its place. */
function check(
  run: Run,
  lesson: string,
  source: 'exercise' | 'solution',
  home: string,
  as: (script: string) => string,
) {
  const [folder, file] = [`${home}/${lesson}-${source}`, lesson === '09-run' ? 'my-run.ts' : 'exercise.ts'];
  const script = `
    export SLIPWAY_PATIENCE=5
    slipway init ${folder} >/dev/null
    cd ${folder}
    [ ${source} = exercise ] || cp /slipway/lessons/${lesson}/solution.ts ${lesson}/${file}
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
  chown 1000:1000 above/delegated above/delegated/shell above/*/cgroup.procs above/*/cgroup.subtree_control
  chown 1000:1000 above/delegated/shell/cgroup.procs
  echo $$ > above/delegated/shell/cgroup.procs
  exec su user -c '${script}'`;

describeInVm('the exercises on cgroup v2', { memoryMiB: 2048 }, (run) => {
  test.each(lessonNames())('%s fails as shipped', { timeout: MINUTES_30 }, async (lesson) => {
    const { code, stdout, stderr } = await check(run, lesson, 'exercise', '/root', asRoot);
    expect({ code, stderr }, stdout).toEqual({ code: 1, stderr: '' });
  });

  describe.each([
    ['root', '/root', asRoot],
    ['an ordinary user', '/data/user', asUser],
  ] as const)('as %s', (_, home, as) => {
    test.each(lessonNames())('%s passes solved', { timeout: MINUTES_30 }, async (lesson) => {
      const { code, stdout, stderr } = await check(run, lesson, 'solution', home, as);
      expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    });
  });
});
