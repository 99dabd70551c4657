// Slipway without root on cgroup v2: limits can be had below a cgroup that was delegated to the user, and only there.

import { describe, expect, test, vi } from 'vitest';
import { describeInVm, inBox, PATIENCE, type Run } from './in-vm.ts';

const USER = { uid: 1000 };
const MIB = 1024 * 1024;

/** As a system's manager would: makes a cgroup that belongs to the user, and one below it for the user's shell. */
function delegate(run: Run, name: string) {
  const script = `
    cd /sys/fs/cgroup
    echo '+memory +pids' > cgroup.subtree_control
    mkdir -p ${name}/shell
    chown -R 1000:1000 ${name}/shell ${name}
    chown root ${name}/memory.* ${name}/pids.*`;
  return run(['sh', '-c', script]);
}

/** Runs slipway as the user, from a shell that is in this cgroup. */
function inCgroup(run: Run, cgroup: string, flags: string[], script: string) {
  return slipwayIn(run, cgroup, `run --rm ${flags.join(' ')} box sh -c '${script}'`);
}

function slipwayIn(run: Run, cgroup: string, words: string) {
  const enter = `echo $$ > /sys/fs/cgroup/${cgroup}/cgroup.procs`;
  return run(['sh', '-ec', `${enter}; exec su user -c "exec slipway ${words}"`], { timeoutMs: 300_000 });
}

describeInVm('an ordinary user on cgroup v2', {}, (run) => {
  test('is root in the container, with a range of ids', async () => {
    const { code, stdout, stderr } = await inBox(run, [], 'id -u; cat /proc/self/uid_map', USER);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split(/\s+/)).toEqual(['0', '0', '1000', '1', '1', '100000', '65536']);
  });

  test('writes to the container, not to the image', async () => {
    const { code, stdout } = await inBox(run, [], 'rm /etc/passwd && echo new > /etc/new && ls /etc/new', USER);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/etc/new\n' });
    expect((await inBox(run, [], 'test -e /etc/passwd && ! test -e /etc/new', USER)).code).toBe(0);
  });

  test('hears that limits cannot be had without a cgroup of their own', async () => {
    const { code, stderr } = await inBox(run, ['-m', '64m', '--pids-limit', '20'], 'true', USER);
    expect(code).toBe(0);
    expect(stderr).toMatch(/limit on memory .*delegated.* left out/);
    expect(stderr).toMatch(/limit on pids .*delegated.* left out/);
  });

  describe('with a delegated cgroup', () => {
    test('has limits when the processes are in a cgroup below it', async () => {
      await delegate(run, 'a');
      const script = 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max /proc/self/cgroup';
      const { code, stdout, stderr } = await inCgroup(run, 'a/shell', ['-m', '64m', '--pids-limit', '20'], script);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${64 * MIB}\n20\n0::/\n`, stderr: '' });
    });

    test('has limits when the processes are in it directly: they move one level down', async () => {
      await delegate(run, 'b');
      const { code, stdout, stderr } = await inCgroup(run, 'b', ['-m', '64m'], 'cat /sys/fs/cgroup/memory.max');
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${64 * MIB}\n`, stderr: '' });
    });

    test('is told of a controller that was not delegated', async () => {
      await delegate(run, 'c');
      const { code, stderr } = await inCgroup(run, 'c/shell', ['--cpus', '0.5', '-m', '64m'], 'true');
      expect(code).toBe(0);
      expect(stderr).toMatch(/limit on cpu .*delegated.* left out/);
      expect(stderr).not.toMatch(/memory/);
    });

    test('is ended for want of memory like anyone', async () => {
      await delegate(run, 'd');
      const flags = ['-m', '64m', '--memory-swap', '64m'];
      const { code, stderr } = await inCgroup(
        run,
        'd/shell',
        flags,
        'exec dd if=/dev/zero of=/dev/null bs=200M count=1',
      );
      expect(code).toBe(137);
      expect(stderr).toMatch(/used up its memory \(OOM\)/);
    });

    test('has exec, whose programs are under the same limits', async () => {
      await delegate(run, 'e');
      const running = inCgroup(run, 'e/shell', ['--name', 'mine', '--pids-limit', '20'], 'sleep 1000');
      const words = "exec mine sh -c 'cat /sys/fs/cgroup/pids.max; grep -cx $$ /sys/fs/cgroup/cgroup.procs'";
      try {
        await vi.waitFor(async () => {
          const { stdout, stderr } = await slipwayIn(run, 'e/shell', words.replaceAll('$', '\\$'));
          expect({ stdout, stderr }).toEqual({ stdout: '20\n1\n', stderr: '' });
        }, PATIENCE);
      } finally {
        await slipwayIn(run, 'e/shell', 'rm -f mine');
        await running;
      }
    });

    test('leaves no cgroup of the container there', async () => {
      await expect
        .poll(async () => (await run(['find', '/sys/fs/cgroup/a', '-mindepth', '1', '-type', 'd'])).stdout, PATIENCE)
        .toBe('/sys/fs/cgroup/a/shell\n');
    });
  });
});
