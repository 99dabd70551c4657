// What a container gets without asking is what Docker gives it (section 4 of the list that these tests follow), and
// --privileged gives back what was taken.

import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, slipway, spawnOptions } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { rootfs } from './traps.ts';

const run = async (...args: string[]) => (await slipway(['run', '--rm', ...args])).stdout;

/** A line of mountinfo by its place: `nosuid,nodev … type superOptions`. */
function parseMounts(text: string): Map<string, { options: string[]; type: string; superOptions: string[] }> {
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [fields = '', rest = ''] = line.split(' - ');
        const [, , , , path = '', options = ''] = fields.split(' ');
        const [type = '', , superOptions = ''] = rest.split(' ');
        return [path, { options: options.split(','), type, superOptions: superOptions.split(',') }];
      }),
  );
}

describe('4.3: mounts', async () => {
  const mounts = parseMounts(await run('box', 'cat', '/proc/self/mountinfo'));

  test.each<[string, string, string[], string[]]>([
    ['/proc', 'proc', ['rw', 'nosuid', 'noexec', 'nodev'], []],
    ['/dev', 'tmpfs', ['rw', 'nosuid'], ['mode=755', 'size=65536k']],
    ['/dev/pts', 'devpts', ['rw', 'nosuid', 'noexec'], ['gid=5', 'mode=620', 'ptmxmode=666']],
    ['/sys', 'sysfs', ['ro', 'nosuid', 'noexec', 'nodev'], []],
    ['/sys/fs/cgroup', '', ['ro', 'nosuid', 'noexec', 'nodev'], []],
    ['/dev/mqueue', 'mqueue', ['rw', 'nosuid', 'noexec', 'nodev'], []],
    ['/dev/shm', 'tmpfs', ['rw', 'nosuid', 'noexec', 'nodev'], ['size=65536k']],
  ])('%s is a %s', (path, type, options, superOptions) => {
    const mount = mounts.get(path);
    if (type !== '') expect(mount?.type).toBe(type);
    expect(mount?.options).toEqual(expect.arrayContaining(options));
    expect(mount?.superOptions).toEqual(expect.arrayContaining(superOptions));
  });

  test('are these, and no other', () => {
    const own = ['/etc/resolv.conf', '/etc/hostname', '/etc/hosts'];
    const others = [...mounts.keys()].filter((path) => !/^\/(proc|sys|dev)(\/|$)/.test(path) && !own.includes(path));
    expect(others).toEqual(['/']);
    expect([...mounts.keys()].filter((path) => /^\/dev/.test(path)).toSorted()).toEqual([
      '/dev',
      '/dev/mqueue',
      '/dev/pts',
      '/dev/shm',
    ]);
  });

  test('/dev/shm is for everyone, and as large as is asked for', async () => {
    expect(await run('box', 'stat', '-c', '%a', '/dev/shm')).toBe('1777\n');
    expect(
      parseMounts(await run('--shm-size', '1m', 'box', 'cat', '/proc/self/mountinfo')).get('/dev/shm')?.superOptions,
    ).toContain('size=1024k');
    expect(await run('--ipc', 'none', 'box', 'grep', '-c', '/dev/shm', '/proc/self/mountinfo')).toBe('0\n');
  });

  test('--read-only is for the root alone', async () => {
    const script = 'for d in / /etc /tmp /dev /dev/shm /run; do touch $d/x 2>/dev/null && echo $d; done';
    expect(await run('--read-only', 'box', 'sh', '-c', script)).toBe('/dev\n/dev/shm\n');
    expect(await run('--read-only', '--rootfs', rootfs(), 'sh', '-c', script)).toBe('/dev\n/dev/shm\n');
  });
});

describe('4.4: devices', () => {
  test('are null, zero, full, random, urandom and tty, and the links', async () => {
    const script =
      'cd /dev; for f in *; do if [ -L $f ]; then echo $f $(readlink $f); else stat -c "%n %F %t:%T %a" $f; fi; done';
    const lines = (await run('box', 'sh', '-c', script))
      .trim()
      .split('\n')
      .filter((line) => !line.includes('directory'));
    expect(lines.toSorted()).toEqual([
      'core /proc/kcore',
      'fd /proc/self/fd',
      'full character special file 1:7 666',
      'null character special file 1:3 666',
      'ptmx pts/ptmx',
      'random character special file 1:8 666',
      'stderr /proc/self/fd/2',
      'stdin /proc/self/fd/0',
      'stdout /proc/self/fd/1',
      'tty character special file 5:0 666',
      'urandom character special file 1:9 666',
      'zero character special file 1:5 666',
    ]);
  });

  test('there is a console only with -t', async () => {
    expect(await run('box', 'ls', '/dev/console')).toBe('');
    expect(await run('-t', 'box', 'ls', '/dev/console')).toBe('/dev/console\r\n');
  });

  test('the umask of whoever starts it does not change their modes', async () => {
    const script = `umask 077; exec ${SLIPWAY} run --rm -v /etc:/a/b/c:ro box stat -c %a /dev/null /a /a/b`;
    const { stdout } = spawnSync('sh', ['-c', script], { ...spawnOptions({}), encoding: 'utf8' });
    expect(stdout).toBe('666\n755\n755\n');
  });
});

describe('4.6: the rest', () => {
  test('umask, score and path', async () => {
    expect(await run('box', 'sh', '-c', 'umask; cat /proc/self/oom_score_adj; echo $PATH')).toBe(
      '0022\n0\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
    );
  });

  test('the score of whoever starts it is not inherited', async () => {
    const script = `echo 500 > /proc/self/oom_score_adj; exec ${SLIPWAY} run --rm --oom-score-adj 600 box cat /proc/self/oom_score_adj`;
    const { stdout } = spawnSync('sh', ['-c', script], { ...spawnOptions({}), encoding: 'utf8' });
    expect(stdout).toBe('600\n');
  });

  test('namespaces are all its own, but for user and time', async () => {
    const names = ['mnt', 'net', 'uts', 'pid', 'ipc', 'cgroup', 'user', 'time'];
    const lines = (await run('box', 'sh', '-c', `for n in ${names.join(' ')}; do readlink /proc/self/ns/$n; done`))
      .trim()
      .split('\n');
    const own = names.filter((name, index) => readlinkSync(`/proc/self/ns/${name}`) !== lines[index]);
    expect(own).toEqual(['mnt', 'net', 'uts', 'pid', 'ipc', 'cgroup']);
  });

  test('everybody may ping, and listen on low ports, in its own network', async () => {
    expect(
      await run('box', 'cat', '/proc/sys/net/ipv4/ping_group_range', '/proc/sys/net/ipv4/ip_unprivileged_port_start'),
    ).toBe('0\t2147483647\n0\n');
  });

  test('its host name is the first twelve digits of its id', async () => {
    expect(await run('box', 'hostname')).toMatch(/^[0-9a-f]{12}\n$/);
  });
});

describe('limits', () => {
  const hard = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  const capabilities = BigInt(`0x${/^CapEff:\s+(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
  const canRaise = (capabilities & (1n << 24n)) !== 0n; // CAP_SYS_RESOURCE

  test('are set as asked for', async () => {
    expect(await run('--ulimit', 'nofile=100:200', 'box', 'sh', '-c', 'ulimit -Sn; ulimit -Hn')).toBe('100\n200\n');
  });

  test('that are beyond what can be had are set to the most there is, and that is said', async () => {
    const user = ordinaryUser();
    const args = ['run', '--rm', '--ulimit', `nofile=${hard + 1}:${hard + 1}`, 'box', 'sh', '-c', 'ulimit -Hn'];
    const { code, stdout, stderr } = await slipway(args, { user });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${hard}\n` });
    expect(stderr).toContain('RLIMIT_NOFILE');
    const asRoot = await slipway(args);
    expect(asRoot).toMatchObject({ code: 0, stdout: `${canRaise ? hard + 1 : hard}\n` });
  });
});

describe('--privileged gives back', () => {
  test('every device', async () => {
    const inside = (await run('--privileged', 'box', 'ls', '/dev')).trim().split('\n');
    const devices = readdirSync('/dev').filter((name) => {
      const stat = lstatSync(`/dev/${name}`);
      return (stat.isCharacterDevice() || stat.isBlockDevice()) && name !== 'console';
    });
    expect(inside).toEqual(expect.arrayContaining(devices));
  });

  test('the right to mount, to make namespaces, to write to /sys and to change the kernel’s settings', async () => {
    const script = `mount -t tmpfs x /tmp && echo mount; unshare -m true && echo unshare
      grep -q " /sys sysfs rw" /proc/mounts && echo sys; echo 1 > /proc/sys/net/ipv4/ip_forward && echo setting
      for d in $(find /sys/fs/cgroup -maxdepth 1); do mkdir $d/x && [ -e $d/x/cgroup.procs ] && echo cgroup && break; done`;
    expect(await run('--privileged', 'box', 'sh', '-c', script)).toBe('mount\nunshare\nsys\nsetting\ncgroup\n');
  });

  test('every system call', async () => {
    expect(await run('--privileged', 'box', 'grep', 'Seccomp:', '/proc/self/status')).toBe('Seccomp:\t0\n');
    expect(await run('--privileged', 'box', 'grep', 'NoNewPrivs:', '/proc/self/status')).toBe('NoNewPrivs:\t0\n');
  });

  test('not the host’s processes, files or network: those have options of their own', async () => {
    expect(await run('--privileged', 'box', 'sh', '-c', 'echo $$; ls /proc/sys/net/ipv4/conf | wc -l')).toBe('1\n3\n');
  });

  test('to an ordinary user, what a user namespace can give', async () => {
    const user = ordinaryUser();
    const script = 'mount -t tmpfs x /tmp && echo mount; unshare -m true && echo unshare; hostname other && hostname';
    const { stdout } = await slipway(['run', '--rm', '--privileged', 'box', 'sh', '-c', script], { user });
    expect(stdout).toBe('mount\nunshare\nother\n');
  });
});
