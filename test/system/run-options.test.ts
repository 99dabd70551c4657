// `slipway run`: what surrounds the program, and what rights it has.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sh } from './in-box.ts';
import { scratch, slipway } from './slipway.ts';

describe('what surrounds it', () => {
  test('--machine: its root is a copy of this machine, and what changes in it is thrown away', async () => {
    const file = join(scratch('none'), 'mark'); // below /tmp, which is empty in there
    const line = `test ! -e ${file} && rm -rf /etc/passwd && ls -d /usr && test ! -e /etc/passwd && echo gone`;
    expect((await slipway(['run', '--rm', '--machine', 'sh', '-c', line])).stdout).toBe('/usr\ngone\n');
    expect(readFileSync('/etc/passwd', 'utf8')).toContain('root');
  });

  test('--machine and --rootfs contradict each other', async () => {
    const { code, stderr } = await slipway(['run', '--machine', '--rootfs', '/x', 'sh']);
    expect({ code, stderr }).toEqual({ code: 125, stderr: 'slipway: conflicting options: --rootfs and --machine\n' });
  });

  test('--read-only: its root cannot be changed, its own mounts can', async () => {
    const line =
      'for f in /a /tmp/a /etc/a /dev/shm/a; do touch $f 2>/dev/null && echo $f; done; echo > /dev/null; echo x >> /etc/hosts && echo hosts';
    expect(await sh(['--read-only'], line)).toBe('/dev/shm/a\nhosts');
  });

  test('--hostname and --domainname', async () => {
    const line = 'hostname; echo $HOSTNAME; cat /etc/hostname /proc/sys/kernel/domainname; tail -1 /etc/hosts';
    expect(await sh(['-h', 'web.example.com', '--domainname', 'yard'], line)).toBe(
      'web.example.com\nweb.example.com\nweb.example.com\nyard\n127.0.0.1\tweb.example.com web',
    );
  });

  test('--add-host, --dns and their kin', async () => {
    const flags = [
      '--add-host',
      'db:10.0.0.1',
      '--add-host',
      'six=[2001:db8::1]',
      '--dns',
      '192.0.2.1',
      '--dns-search',
      'example.com',
      '--dns-option',
      'ndots:2',
    ];
    expect(await sh(flags, 'grep -E "db|six" /etc/hosts; cat /etc/resolv.conf')).toBe(
      '10.0.0.1\tdb\n2001:db8::1\tsix\nnameserver 192.0.2.1\nsearch example.com\noptions ndots:2',
    );
  });

  test('--sysctl sets what is the container’s own', async () => {
    const flags = ['--sysctl', 'net.ipv4.ip_forward=1', '--sysctl', 'kernel.shmmax=12345'];
    const before = readFileSync('/proc/sys/kernel/shmmax', 'utf8');
    expect(await sh(flags, 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax')).toBe('1\n12345');
    expect(readFileSync('/proc/sys/kernel/shmmax', 'utf8')).toBe(before);
  });

  test.each([
    [['--sysctl', 'kernel.panic=9'], "sysctl kernel.panic: it is the whole machine's, not of a namespace"],
    [
      ['--sysctl', 'net.core.somaxconn=9', '--network', 'host'],
      'sysctl net.core.somaxconn: the container needs its own network namespace for it',
    ],
    [
      ['--sysctl', 'kernel.shmmax=9', '--ipc', 'host'],
      'sysctl kernel.shmmax: the container needs its own ipc namespace for it',
    ],
    [
      ['--sysctl', 'net.core.somaxconn'],
      'invalid argument "net.core.somaxconn" for "--sysctl" flag: sysctl \'net.core.somaxconn\' is not allowed. Write it as net.core.somaxconn=1024',
    ],
  ])('%j is refused, and the machine’s stays', async (flags, sentence) => {
    const before = readFileSync('/proc/sys/kernel/panic', 'utf8');
    expect(await slipway(['run', ...flags, 'box', 'true'])).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: ${sentence}\n`,
    });
    expect(readFileSync('/proc/sys/kernel/panic', 'utf8')).toBe(before);
  });

  test('--ulimit, as far as it can be had', async () => {
    expect(await sh(['--ulimit', 'nofile=100:200', '--ulimit', 'core=0'], 'ulimit -Sn; ulimit -Hn; ulimit -c')).toBe(
      '100\n200\n0',
    );
    const { code, stdout, stderr } = await slipway([
      'run',
      '--rm',
      '--ulimit',
      'nofile=1000:999999999',
      'box',
      'sh',
      '-c',
      'ulimit -Sn',
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1000\n' });
    if (!hasCapability('CAP_SYS_RESOURCE'))
      expect(stderr).toMatch(
        /^slipway: RLIMIT_NOFILE is 1000:\d+, not 1000:999999999: raising the hard limit needs CAP_SYS_RESOURCE\n$/,
      );
  });

  test('--oom-score-adj', async () => {
    expect(await sh(['--oom-score-adj', '500'], 'cat /proc/self/oom_score_adj')).toBe('500');
    expect((await slipway(['run', '--oom-score-adj', '1001', 'box', 'true'])).stderr).toBe(
      'slipway: invalid value 1001, range for oom score adj is [-1000, 1000]\n',
    );
  });

  test('--device shows a device of the host, to be used as it is said', async () => {
    const line =
      'ls -l /dev/other | cut -c1-10,40-60; head -c 3 /dev/other | wc -c; (echo > /dev/other) 2>/dev/null || echo refused';
    const seen = await sh(
      ['--device', '/dev/loop-control:/dev/other:m'],
      'test -c /dev/other && echo there; cat /dev/other 2>&1 | grep -o "not permitted"',
    );
    expect(seen).toBe('there\nnot permitted');
    expect(await sh(['--device', '/dev/zero:/dev/other:r'], line)).toMatch(/\n3$/);
    const folder = scratch('no-devices');
    expect((await slipway(['run', '--device', folder, 'box', 'true'])).stderr).toBe(
      `slipway: error gathering device information while adding custom device "${folder}": there is no device in it\n`,
    );
  });

  test('--init puts the machine’s small init in front, which reaps orphans', async () => {
    const line =
      'cat /proc/1/comm; echo $$; (sleep 0.1 &) ; until test -z "$(ls -d /proc/[0-9]* | grep -vE "/(1|$$)$" | xargs -n1 sh -c "grep -l \\"State:.Z\\" \\$0/status 2>/dev/null")"; do :; done; echo reaped';
    expect(await sh(['--init'], line)).toBe('docker-init\n2\nreaped');
  });
});

describe('its rights', () => {
  const mask = (flags: readonly string[]) => sh(flags, 'grep CapEff /proc/self/status | cut -f2');
  const bound = /^CapBnd:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] as string;

  test('are Docker’s 14 capabilities, more or less', async () => {
    expect(await mask([])).toBe('00000000a80425fb');
    expect(await mask(['--cap-drop', 'ALL'])).toBe('0000000000000000');
    expect(await mask(['--cap-drop', 'all', '--cap-add', 'net_raw'])).toBe('0000000000002000');
    expect(await mask(['--cap-drop', 'CAP_CHOWN'])).toBe('00000000a80425fa');
    expect(await mask(['--cap-add', 'ALL'])).toBe(bound);
    expect(await mask(['--privileged'])).toBe(bound);
  });

  test('no more by set-user-id programs with no-new-privileges', async () => {
    expect(await sh(['--security-opt', 'no-new-privileges'], 'grep NoNewPrivs /proc/self/status')).toBe(
      'NoNewPrivs:\t1',
    );
    expect(await sh(['--security-opt', 'no-new-privileges:false'], 'grep NoNewPrivs /proc/self/status')).toBe(
      'NoNewPrivs:\t0',
    );
  });

  test('a seccomp filter, another, or none', async () => {
    const ask = 'grep Seccomp: /proc/self/status; mkdir /tmp/x 2>&1';
    expect(await sh([], ask)).toBe('Seccomp:\t2');
    expect(await sh(['--security-opt', 'seccomp=unconfined'], ask)).toBe('Seccomp:\t0');
    const file = join(scratch('seccomp'), 'profile.json');
    const rules = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 }];
    writeFileSync(file, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: rules }));
    const { stdout } = await slipway(['run', '--rm', '--security-opt', `seccomp=${file}`, 'box', 'sh', '-c', ask]);
    expect(stdout).toContain('No space left on device');
    expect((await slipway(['run', '--security-opt', 'seccomp=/no/such', 'box', 'true'])).stderr).toBe(
      'slipway: opening seccomp profile (/no/such) failed: there is no such file or folder\n',
    );
  });

  test('--privileged gives all of it back', async () => {
    const line =
      'mkdir /m; mount -t tmpfs x /m && echo mounted; test -e /dev/loop-control && echo devices; grep Seccomp: /proc/self/status; echo 0 > /proc/sys/vm/overcommit_kbytes && echo writes';
    expect(await sh(['--privileged'], line)).toBe('mounted\ndevices\nSeccomp:\t0\nwrites');
  });
});

function hasCapability(name: 'CAP_SYS_RESOURCE'): boolean {
  const bit = { CAP_SYS_RESOURCE: 24n }[name];
  const effective = BigInt(`0x${/^CapEff:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
  return ((effective >> bit) & 1n) === 1n;
}
