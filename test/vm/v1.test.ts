// `slipway run` on kernels with cgroup v1 and with both versions: the same words, the same effect.

import { expect, test } from 'vitest';
import { beside, inside } from './beside.ts';
import { describeInVm, inBox, PATIENCE } from './in-vm.ts';

for (const cgroups of ['v1', 'hybrid'] as const) {
  describeInVm(`slipway on cgroups ${cgroups}`, { cgroups }, (run) => {
    test('limits are what the container reads in its own cgroup', async () => {
      const flags = ['-m', '64m', '--cpus', '0.5', '--pids-limit', '20', '--cpuset-cpus', '1'];
      const files = ['memory/memory.limit_in_bytes', 'cpu/cpu.cfs_quota_us', 'pids/pids.max', 'cpuset/cpuset.cpus'];
      const { stdout, stderr } = await inBox(run, flags, `cd /sys/fs/cgroup; cat ${files.join(' ')}`);
      expect({ stdout, stderr }).toEqual({ stdout: `${64 * 1024 * 1024}\n50000\n20\n1\n`, stderr: '' });
    });

    test('a program that wants too much memory is killed, and slipway says why', async () => {
      const flags = ['-m', '32m', '--memory-swap', '32m'];
      const { code, stderr } = await inBox(run, flags, 'exec dd if=/dev/zero of=/dev/null bs=200M');
      expect(code).toBe(137);
      expect(stderr).toMatch(/used up its memory \(OOM\)/);
    });

    test('exec starts a program under the same limits', async () => {
      await beside(run, ['--pids-limit', '20'], 'sleep 1000', async () => {
        const { stdout } = await inside(run, 'cd /sys/fs/cgroup/pids; cat pids.max; grep -cx $$ cgroup.procs');
        expect(stdout).toBe('20\n1\n');
      });
    });

    test('a device that the container makes cannot be opened', async () => {
      const { stdout } = await inBox(run, [], 'mknod x b 254 0 && dd if=x of=/dev/null count=1 2>&1');
      expect(stdout).toMatch(/not permitted/);
    });

    test('nothing can be written to release_agent, which the machine would run', async () => {
      const { stderr } = await inBox(run, [], 'echo /x > /sys/fs/cgroup/memory/release_agent');
      expect(stderr).toMatch(/Read-only file system|nonexistent|Permission denied/);
    });

    test('no cgroup is left', async () => {
      await expect
        .poll(async () => (await run(['find', '/sys/fs/cgroup', '-name', 'slipway'])).stdout, PATIENCE)
        .toBe('');
    });
  });
}
