// Containers that live longer than one command, and what is left of them: nothing.

import { describe, expect, test, vi } from 'vitest';
import { beside, inside } from './beside.ts';
import { describeInVm, inBox, PATIENCE, type Run } from './in-vm.ts';

/** All that a container could leave behind: cgroups, mounts, processes that are not the kernel's, network devices. */
async function traces(run: Run): Promise<string[]> {
  const script = `
    find /sys/fs/cgroup -type d
    cut -d' ' -f3- /proc/self/mountinfo
    ls /sys/class/net /run/slipway /var/lib/slipway/containers
    for process in /proc/[0-9]*; do
      [ ! -e $process/exe ] || echo $process $(tr '\\0' ' ' < $process/cmdline)
    done 2>/dev/null`;
  const { stdout } = await run(['sh', '-c', script]);
  return stdout.split('\n').filter((line) => !line.includes('cmdline')); // this script itself
}

describeInVm('containers on cgroup v2', {}, (run) => {
  describe('slipway exec', () => {
    test('starts a program in the cgroup of the container, under its limits', async () => {
      await beside(run, ['--pids-limit', '30', '-m', '64m'], 'sleep 1000', async () => {
        const script = 'cat /proc/self/cgroup /sys/fs/cgroup/pids.max; grep -cx $$ /sys/fs/cgroup/cgroup.procs';
        expect((await inside(run, script)).stdout).toBe('0::/\n30\n1\n');
        expect((await inside(run, 'dd if=/dev/zero of=/dev/null bs=300M')).code).toBe(137);
      });
    });
  });

  test('the end of a container that shares the process numbers of the machine ends all that it has started', async () => {
    const script = 'sh -c "while :; do sleep 1000 & sleep 0.1; done" & sleep 3';
    expect((await inBox(run, ['--pid', 'host', '--pids-limit', '200'], script)).code).toBe(0);
    const sleeps = async () => (await run(['pidof', 'sleep'])).stdout.trim().split(' ');
    await vi.waitFor(async () => expect(await sleeps()).toHaveLength(1), PATIENCE); // the initramfs' keeper
  });

  test('twenty starts and ends leave no cgroup, no mount, no process, no device and no file', async () => {
    await inBox(run, [], 'true'); // makes what is made once: the image, the folders
    const before = await vi.waitFor(() => traces(run));
    for (let i = 0; i < 20; i++) expect((await inBox(run, ['-m', '64m'], `exit ${i}`)).code).toBe(i);
    await vi.waitFor(async () => expect(await traces(run)).toEqual(before), PATIENCE);
  });

  test('a start that fails leaves as little', async () => {
    const before = await traces(run);
    expect((await inBox(run, ['--cpuset-cpus', '7'], 'true')).stderr).toMatch(/cpuset/);
    expect((await run(['slipway', 'run', '--rm', 'box', '/no/such/program'])).code).toBe(127);
    await vi.waitFor(async () => expect(await traces(run)).toEqual(before), PATIENCE);
  });
});
