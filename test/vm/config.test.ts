// `run --config` on a kernel with cgroup v2 alone and AppArmor (Linux 6.1): what this machine has not.

import { expect, test } from 'vitest';
import { describeInVm, type Run } from './in-vm.ts';

/** Runs a line of shell by a config.json in which a text was replaced, for sed, by another. @param flags of `spec`. */
async function runChanged(run: Run, from: string, to: string, line: string, flags = '') {
  const spec = `slipway spec ${flags} box sh -c '${line}' | sed 's#${from}#${to}#' > /tmp/config.json`;
  return run(['sh', '-c', `${spec}; slipway run --rm --config /tmp/config.json`]);
}

describeInVm('a config.json on cgroup v2', {}, (run) => {
  test('has limits that v1 has under other names', async () => {
    const resources =
      '"resources": { "cpu": { "quota": 20000, "period": 100000, "burst": 5000, "idle": 1 }, "pids": { "limit": 30 },';
    const line = 'cd /sys/fs/cgroup; cat cpu.max cpu.max.burst cpu.idle pids.max';
    const { code, stdout, stderr } = await runChanged(run, '"resources": {', resources, line);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '20000 100000\n5000\n1\n30\n', stderr: '' });
  });

  test('may name files by unified, of controllers that are there', async () => {
    const change = (file: string) => `"resources": { "unified": { "${file}": "33554432" },`;
    const { stdout } = await runChanged(run, '"resources": {', change('memory.high'), 'cat /sys/fs/cgroup/memory.high');
    expect(stdout).toBe('33554432\n');
    // The kernel has the controller misc, but nothing that it could limit: so it is the value that is refused.
    expect((await runChanged(run, '"resources": {', change('misc.max'), 'true')).stderr).toMatch(/misc\.max .*EINVAL/);
    const { code, stderr } = await runChanged(run, '"resources": {', change('sails.max'), 'true');
    expect(code).toBe(125);
    expect(stderr).toMatch(/cannot set sails\.max to "33554432" \(ENOENT\)/);
  });

  test('without a cgroup namespace shows the whole tree, as it asks for', async () => {
    const line = 'cat /proc/self/cgroup; test -d /sys/fs/cgroup/slipway && echo whole';
    const { stdout } = await runChanged(run, '"type": "cgroup"$', '"type": "time"', line);
    expect(stdout).toMatch(/^0::\/slipway\/[0-9a-f]{64}\nwhole\n$/);
  });

  test('gives the cgroup to a user who may write to it, and no limit of it', async () => {
    const line = 'cd /sys/fs/cgroup; mkdir mine && echo made; echo 5 > pids.max; stat -c %u . cgroup.procs pids.max';
    const { stdout, stderr } = await runChanged(run, '"ro",$', '', line, '-u 1000:1000');
    expect(stdout).toBe('made\n1000\n1000\n0\n');
    expect(stderr).toMatch(/can't create pids\.max: Permission denied/);
    const untouched = await runChanged(run, 'nothing', '', line, '-u 1000:1000');
    expect(untouched.stdout).toBe('0\n0\n0\n');
  });

  test('names an AppArmor profile, which has to be loaded', async () => {
    const change = (profile: string) => `"apparmorProfile": "${profile}", "noNewPrivileges"`;
    const line = 'cat /proc/self/attr/current';
    const { stdout } = await runChanged(run, '"noNewPrivileges"', change('unconfined'), line);
    expect(stdout).toBe('unconfined\n');
    const { code, stderr } = await runChanged(run, '"noNewPrivileges"', change('sails'), line);
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: 'slipway: the AppArmor profile sails is not loaded: `aa-status` lists those that are\n',
    });
  });
});
