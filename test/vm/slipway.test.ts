// `slipway run` on a kernel with cgroup v2 alone (Linux 6.1), from the user's side.

import { describe, expect, test } from 'vitest';
import { describeInVm, inBox, type Run } from './in-vm.ts';

const MIB = 1024 * 1024;

/** By the machine's own clock, which need not run as fast as ours. */
async function uptimeMs(run: Run): Promise<number> {
  return Number.parseFloat((await run(['cat', '/proc/uptime'])).stdout) * 1000;
}

describeInVm('slipway on cgroup v2', {}, (run) => {
  test('gives back exit code, output and errors', async () => {
    expect(await inBox(run, [], 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('says by its exit code that a program is not there, or is none', async () => {
    expect((await run(['slipway', 'run', '--rm', 'box', '/no/such/program'])).code).toBe(127);
    expect((await run(['slipway', 'run', '--rm', 'box', '/etc/passwd'])).code).toBe(126);
  });

  describe('limits', () => {
    test('are what the container reads in its own cgroup', async () => {
      const flags = ['-m', '64m', '--memory-swap', '80m', '--memory-reservation', '32m', '--cpus', '0.5', '-c', '4096'];
      const more = ['--pids-limit', '20', '--cpuset-cpus', '1', '--device-read-bps', '/dev/vda:1mb'];
      const files = [
        'memory.max',
        'memory.swap.max',
        'memory.low',
        'cpu.max',
        'cpu.weight',
        'pids.max',
        'cpuset.cpus',
        'io.max',
      ];
      const script = `cd /sys/fs/cgroup; cat ${files.join(' ')}`;
      const { code, stdout, stderr } = await inBox(run, [...flags, ...more], script);
      const values = [64 * MIB, 16 * MIB, 32 * MIB, '50000 100000', 303, 20, 1];
      expect({ code, stderr, lines: stdout.trim().split('\n') }).toEqual({
        code: 0,
        stderr: '',
        lines: [...values.map(String), expect.stringMatching(/ rbps=1048576 wbps=max /)],
      });
    });

    test('can be had in the guard too, which passes its controllers down', async () => {
      const script = 'slipway run --rm -m 64m --cpus 0.5 box sh -c "cd /sys/fs/cgroup; cat memory.max cpu.max"';
      const { code, stdout, stderr } = await run(['slipway', 'guard', 'sh', '-c', script]);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${64 * MIB}\n50000 100000\n`, stderr: '' });
    });

    test('hold a busy program back', async () => {
      const script = 'timeout 2 sh -c "while :; do :; done"; grep nr_throttled /sys/fs/cgroup/cpu.stat';
      const { stdout } = await inBox(run, ['--cpus', '0.2'], script);
      expect(Number(/nr_throttled (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(5);
    });

    test('end a program that wants too much memory, and slipway says why', async () => {
      const { code, stderr } = await inBox(
        run,
        ['-m', '32m', '--memory-swap', '32m'],
        'exec dd if=/dev/zero of=/dev/null bs=200M',
      );
      expect(code).toBe(137);
      expect(stderr).toMatch(/used up its memory \(OOM\)/);
    });

    test('are not blamed for another SIGKILL', async () => {
      expect(await inBox(run, ['-m', '64m'], 'sleep 100 & kill -9 $!; wait $!')).toEqual({
        code: 137,
        stdout: '',
        stderr: expect.not.stringMatching(/OOM/),
      });
    });

    test('end a fork bomb, and all of it is gone afterwards', async () => {
      const { code } = await inBox(
        run,
        ['--pids-limit', '20'],
        'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1000 & done',
      );
      expect(code).not.toBe(0);
      expect((await run(['pidof', 'sleep'])).stdout.trim().split(' ')).toHaveLength(1); // the initramfs' keeper
    });

    test('throttle the reading of a disk', async () => {
      const flags = ['--device', '/dev/vda', '--device-read-bps', '/dev/vda:1mb'];
      const startedAt = await uptimeMs(run);
      expect((await inBox(run, flags, 'dd if=/dev/vda of=/dev/null iflag=direct bs=256k count=16')).code).toBe(0);
      expect((await uptimeMs(run)) - startedAt).toBeGreaterThan(3000);
    });
  });

  describe('the cgroup of a container', () => {
    test('is all that it sees, and it cannot write there', async () => {
      const { stdout, stderr } = await inBox(
        run,
        [],
        'cat /proc/self/cgroup; mkdir /sys/fs/cgroup/x; echo 1 > /sys/fs/cgroup/cgroup.freeze',
      );
      expect(stdout).toBe('0::/\n');
      expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
    });
  });

  describe('devices', () => {
    const open = 'dd if=/dev/vda of=/dev/null count=1 2>&1';

    test('cannot be opened by a node that the container makes', async () => {
      const { stdout } = await inBox(run, [], `mknod /dev/vda b $(tr : " " < /sys/block/vda/dev) && ${open}`);
      expect(stdout).toMatch(/vda.*Operation not permitted/);
    });

    test('can be had with --device, also for reading alone', async () => {
      const script = `${open}; dd if=/dev/zero of=/dev/vda count=1 2>&1`;
      expect((await inBox(run, ['--device', '/dev/vda'], script)).stdout).not.toMatch(/not permitted/);
      const { code, stdout } = await inBox(run, ['--device', '/dev/vda:/dev/vda:r'], script);
      expect(code).not.toBe(0);
      expect(stdout.match(/not permitted/g)).toHaveLength(1);
    });

    test('are all there with --privileged', async () => {
      expect((await inBox(run, ['--privileged'], open)).code).toBe(0);
    });
  });

  test('lays layers over one another on a kernel that wants all in one mount option', async () => {
    const { stdout } = await inBox(
      run,
      [],
      'echo new > /etc/hostname-of-mine; grep " / overlay " /proc/mounts; ls /etc/hostname-of-mine',
    );
    expect(stdout).toMatch(/lowerdir=.*:.*,upperdir=.*\n\/etc\/hostname-of-mine\n/);
    expect((await run(['ls', '/etc/hostname-of-mine'])).code).not.toBe(0);
  });

  test('runs the program under seccomp', async () => {
    const { stdout, stderr } = await inBox(run, [], 'grep Seccomp: /proc/self/status; unshare -U true');
    expect(stdout).toMatch(/Seccomp:\s+2/);
    expect(stderr).toMatch(/not permitted/);
  });
});
