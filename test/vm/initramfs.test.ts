// A machine whose root is its initramfs, as small devices and installers have it. pivot_root does not work there, so the
// container's root is moved over the old one (src/chroot/root.ts, moveRoot).

import { expect, test } from 'vitest';
import { describeInVm, inBox } from './in-vm.ts';

describeInVm('on the root of an initramfs', {}, (run) => {
  const here = { onInitramfs: true };

  test('pivot_root really does not work there', async () => {
    const script =
      'mkdir -p /mnt/new && mount -t tmpfs new /mnt/new && mkdir /mnt/new/old && pivot_root /mnt/new /mnt/new/old';
    const { code, stderr } = await run(['unshare', '-m', 'sh', '-c', script], here);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/pivot_root: .*Invalid argument/);
  });

  test('a container starts, and sees its own root, proc and sys', async () => {
    const { code, stdout, stderr } = await inBox(
      run,
      [],
      'cat /proc/1/comm; ls /sys/fs/cgroup | grep memory.max; ls /',
      here,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^sh\nmemory\.max\n/);
    expect(stdout).not.toMatch(/slipway|init|modules/);
  });

  test('nothing of the machine can be reached from it', async () => {
    const script = 'cut -d" " -f5 /proc/self/mountinfo | grep -c newroot; ls /proc/1/root/ /.. /../../modules';
    const { stdout, stderr } = await inBox(run, [], script, here);
    expect(stdout).toMatch(/^0\n/);
    expect(stdout).not.toMatch(/^(modules|init|newroot)$/m);
    expect(stderr).toMatch(/modules: No such file/);
  });

  test('exec and an ordinary user work as well', async () => {
    expect((await inBox(run, [], 'id -u', { ...here, uid: 1000 })).code).not.toBe(0); // nsenter wants root
    expect(await inBox(run, ['-u', '1000'], 'id -u', here)).toEqual({ code: 0, stdout: '1000\n', stderr: '' });
  });
});
