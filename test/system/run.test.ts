// `slipway run`, from the user's side: flags in, and what the program finds.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOf, scratch, slipway, start } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

/** What a shell line prints in a container, which has nothing to complain of. */
async function sh(flags: readonly string[], line: string, user?: User): Promise<string> {
  const { code, stdout, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', line], { user });
  expect({ flags, code, stderr }).toEqual({ flags, code: 0, stderr: '' });
  return stdout.trim();
}

/** All that is left on disk. */
const leftovers = (user?: User) =>
  ['containers', 'names', 'trash'].flatMap((name) => {
    const folder = join(homeOf(user).SLIPWAY_ROOT, name);
    return existsSync(folder) ? readdirSync(folder) : [];
  });

describe.each<[string, () => User | undefined]>([
  ['root', () => undefined],
  ['an ordinary user', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('the first start of %s', (_, getUser) => {
  test('shows a machine of its own', async () => {
    const user = getUser();
    const { code, stdout, stderr } = await slipway(
      ['run', '--rm', 'box', 'sh', '-c', 'hostname; echo $$; id -u; ls /'],
      { user },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[0-9a-f]{12}\n1\n0\nbin\ndev\netc\nhome\n/);
  });

  test('ends with the program’s exit code, and leaves nothing', async () => {
    const user = getUser();
    expect((await slipway(['run', '--rm', 'box', 'sh', '-c', 'exit 7'], { user })).code).toBe(7);
    await until('all to be gone', () => leftovers(user).length === 0);
  });
});

describe('the program', () => {
  test('is PID 1 itself', async () => {
    expect((await slipway(['run', '--rm', 'box', 'readlink', '/proc/self'])).stdout).toBe('1\n');
  });

  test('is the image’s, or --entrypoint with the words behind it', async () => {
    expect((await slipway(['run', '--rm', '-i', 'box'], { input: 'echo the shell; exit 3' })).stdout).toBe(
      'the shell\n',
    );
    expect((await slipway(['run', '--rm', '--entrypoint', 'echo', 'box', 'a', 'b'])).stdout).toBe('a b\n');
    expect((await slipway(['run', '--rm', '--entrypoint', 'hostname', '--hostname', 'me', 'box'])).stdout).toBe('me\n');
    expect((await slipway(['run', '--rm', '--entrypoint', '', 'box', 'echo', 'x'])).stdout).toBe('x\n');
    expect((await slipway(['run', '--entrypoint', '', 'box'])).stderr).toBe(
      'slipway: no command specified: name a program behind the image\n',
    );
  });

  test('gets the words behind the image as they are, flags too', async () => {
    const words = ['-n', '--rm', '--', '', 'two words', '$HOME', 'ü'];
    const { stdout } = await slipway(['run', '--rm', 'box', 'printf', '%s|', ...words]);
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''));
  });

  test.each([
    [['nosuch'], 127, 'exec: "nosuch": executable file not found in the container\'s $PATH'],
    [['/no/such'], 127, 'exec: "/no/such": no such file or directory in the container'],
    [['/etc/passwd'], 126, 'exec: "/etc/passwd": permission denied: it is not executable'],
    [['/etc/passwd/x'], 127, 'exec: "/etc/passwd/x": no such file or directory in the container'],
    [['/etc'], 126, 'exec: "/etc": is a directory'],
    [[''], 127, 'exec: "": executable file not found in the container\'s $PATH'],
  ])('that cannot be started is said, and nothing is left: %j', async (command, code, sentence) => {
    expect(await slipway(['run', 'box', ...command])).toEqual({ code, stdout: '', stderr: `slipway: ${sentence}\n` });
    expect(leftovers()).toEqual([]);
  });

  test('may be a script, with the interpreter of the image', async () => {
    const folder = scratch('scripts');
    writeFileSync(join(folder, 'good'), '#!/bin/sh\necho a script of $0\n', { mode: 0o755 });
    writeFileSync(join(folder, 'bad'), '#!/no/interpreter\n', { mode: 0o755 });
    writeFileSync(join(folder, 'odd'), 'neither\n', { mode: 0o755 });
    expect(await sh(['-v', `${folder}:/s`], '/s/good')).toBe('a script of /s/good');
    const bad = await slipway(['run', '--rm', '-v', `${folder}:/s`, 'box', '/s/bad']);
    expect(bad).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('the loader or interpreter that it names'),
    });
    const odd = await slipway(['run', '--rm', '-v', `${folder}:/s`, 'box', '/s/odd']);
    expect(odd).toMatchObject({ code: 126, stderr: expect.stringContaining('It is no program for this machine') });
  });
});

describe('its environment', () => {
  test('is Docker’s, the -e flags, and those of the files', async () => {
    const file = join(scratch('env'), 'env');
    writeFileSync(file, '# a comment\nFROM_FILE=1\n  INDENTED= kept \nPASSED\nABSENT\nBOTH=file\n');
    const args = [
      'run',
      '--rm',
      '--hostname',
      'me',
      '-e',
      'A=b=c',
      '-e',
      'PASSED_TOO',
      '-e',
      'BOTH=flag',
      '--env-file',
      file,
      'box',
      'env',
    ];
    const { stdout } = await slipway(args, { env: { PASSED: 'through', PASSED_TOO: 'through' } });
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        'A=b=c',
        'BOTH=flag',
        'FROM_FILE=1',
        'HOME=/root',
        'HOSTNAME=me',
        'INDENTED= kept ',
        'PASSED=through',
        'PASSED_TOO=through',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ].sort(),
    );
  });

  test('holds nothing of ours', async () => {
    const { stdout } = await slipway(['run', '--rm', 'box', 'env'], { env: { SECRET: 'password' } });
    expect(stdout).not.toMatch(/SECRET|SLIPWAY|NODE/);
  });
});

describe('its user', () => {
  test.each([
    [[], /^uid=0\(root\) gid=0\(root\) groups=0\(root\),10\(wheel\)$/],
    [['-u', 'nobody'], /^uid=65534\(nobody\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [['-u', '65534'], /^uid=65534\(nobody\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [['-u', '1234'], /^uid=1234 gid=0\(root\) groups=0\(root\)$/],
    [['-u', '1234:1234'], /^uid=1234 gid=1234 groups=1234$/],
    [['-u', 'root:nobody'], /^uid=0\(root\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [
      ['-u', '0', '--group-add', 'nobody', '--group-add', '77'],
      /^uid=0\(root\) gid=0\(root\) groups=0\(root\),10\(wheel\),77,65534\(nobody\)$/,
    ],
  ])('%j', async (flags, expected) => {
    expect(await sh(flags, 'id')).toMatch(expected);
  });

  test('is looked up in the image’s own files, not in the host’s', async () => {
    const folder = scratch('etc');
    writeFileSync(join(folder, 'passwd'), 'root:x:0:0::/root:/bin/sh\nsailor:x:777:778::/ship:/bin/sh\n');
    writeFileSync(join(folder, 'group'), 'crew:x:778:\ndeck:x:900:sailor,root\n');
    const flags = ['-v', `${folder}/passwd:/etc/passwd`, '-v', `${folder}/group:/etc/group`];
    expect(await sh([...flags, '-u', 'sailor'], 'id; echo $HOME')).toBe(
      'uid=777(sailor) gid=778(crew) groups=778(crew),900(deck)\n/ship',
    );
    const { code, stderr } = await slipway(['run', ...flags, '-u', 'nobody', 'box', 'id']);
    expect([code, stderr]).toEqual([
      125,
      "slipway: unable to find user nobody: no matching entries in the image's /etc/passwd\n",
    ]);
  });

  test('has no rights over root’s files, and can write to its stdout and stderr by name', async () => {
    const { code, stdout, stderr } = await slipway([
      'run',
      '--rm',
      '-u',
      'nobody',
      'box',
      'sh',
      '-c',
      'touch /x 2>/dev/null || echo no > /dev/stdout; echo err > /dev/stderr',
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'no\n', stderr: 'err\n' });
  });

  test.each([
    ['nosuch', "unable to find user nosuch: no matching entries in the image's /etc/passwd"],
    ['0:nosuch', "unable to find group nosuch: no matching entries in the image's /etc/group"],
    [
      '4294967296',
      'invalid argument "4294967296" for "-u, --user" flag: invalid user or group "4294967296": uids and gids must be in range 0-2147483647',
    ],
    [
      '-1',
      'invalid argument "-1" for "-u, --user" flag: invalid user or group "-1": uids and gids must be in range 0-2147483647',
    ],
    [
      'a:b:c',
      'invalid argument "a:b:c" for "-u, --user" flag: invalid user "a:b:c": it is not of the form user or user:group',
    ],
  ])('that there is not: -u %s', async (user, sentence) => {
    expect(await slipway(['run', `--user=${user}`, 'box', 'id'])).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: ${sentence}\n`,
    });
  });
});

describe('its folder', () => {
  test('is / or -w, which is made when it is missing', async () => {
    expect(await sh([], 'pwd')).toBe('/');
    expect(await sh(['-w', '/tmp'], 'pwd')).toBe('/tmp');
    expect(await sh(['-w', '/not/yet/there', '-u', 'nobody'], 'pwd; ls -ldn . | cut -c1-10')).toBe(
      '/not/yet/there\ndrwxr-xr-x',
    );
  });

  test.each([
    ['tmp', "the working directory 'tmp' is invalid, it needs to be an absolute path"],
    ['/etc/passwd', 'the working folder /etc/passwd cannot be entered: it is no folder'],
    ['/etc/passwd/x', 'the working folder /etc/passwd/x cannot be entered: it is no folder'],
  ])('cannot be %s', async (folder, sentence) => {
    expect(await slipway(['run', '-w', folder, 'box', 'pwd'])).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: ${sentence}\n`,
    });
  });
});

describe('what surrounds it', () => {
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
      'sysctl net.core.somaxconn: it needs the container to have a network namespace of its own',
    ],
    [
      ['--sysctl', 'kernel.shmmax=9', '--ipc', 'host'],
      'sysctl kernel.shmmax: it needs the container to have a ipc namespace of its own',
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

function hasCapability(name: 'CAP_SYS_RESOURCE'): boolean {
  const bit = { CAP_SYS_RESOURCE: 24n }[name];
  const effective = BigInt(`0x${/^CapEff:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
  return ((effective >> bit) & 1n) === 1n;
}

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

describe('names', () => {
  test('a name can be had once, and again when its container is removed', async () => {
    expect((await slipway(['run', '--name', 'once', 'box', 'true'])).code).toBe(0);
    const { code, stderr } = await slipway(['run', '--name', 'once', 'box', 'true']);
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /^slipway: the container name "once" is already in use by container [0-9a-f]{12}: remove that one \(slipway rm once\) or choose another name\n$/,
    );
    expect((await slipway(['rm', 'once'])).stdout).toBe('once\n');
    expect((await slipway(['run', '--rm', '--name', 'once', 'box', 'true'])).code).toBe(0);
    await until('it to be gone', () => leftovers().length === 0);
  });

  test('--cidfile takes the id, and a file that is there already is kept', async () => {
    const file = join(scratch('cid'), 'id');
    const args = ['run', '--cidfile', file, '--name', 'identified', 'box', 'true'];
    expect((await slipway(args)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    expect((await slipway(['ps', '-aq', '--no-trunc'])).stdout.trim()).toBe(readFileSync(file, 'utf8'));
    await slipway(['rm', 'identified']);
    const again = await slipway(args);
    expect(again).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: --cidfile "${file}": there is such a file already. Remove it, or choose another\n`,
    });
    const other = join(scratch('cid'), 'id');
    expect((await slipway(['run', '--cidfile', other, 'box', 'nosuch'])).code).toBe(127);
    expect(existsSync(other)).toBe(false);
    expect(leftovers()).toEqual([]);
  });
});

describe('ps and rm', () => {
  test('ps lists what runs, and with -a what has ended', async () => {
    await using box = start(['run', '--name', 'runs', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await box.says('ready');
    await slipway(['run', '--name', 'ended', 'box', 'sh', '-c', 'exit 3']);
    const rows = async (...flags: string[]) => (await slipway(['ps', ...flags])).stdout.trimEnd().split('\n');
    const head = /^CONTAINER ID {3}IMAGE {3}COMMAND +CREATED +STATUS +NAMES$/;
    const running =
      /^[0-9a-f]{12} {3}box {5}"sh -c 'echo ready; …" {3}\S.* ago {3}Up (\d+ seconds|Less than a second) +runs$/;
    const ended = /^[0-9a-f]{12} {3}box {5}"sh -c 'exit 3'" +\S.* ago +Exited \(3\) \S.* ago +ended$/;
    expect(await rows()).toEqual([expect.stringMatching(head), expect.stringMatching(running)]);
    const all = await rows('-a');
    expect(all).toHaveLength(3);
    expect(all[1]).toMatch(ended);
    expect(all[2]).toMatch(/ Up .* runs$/);
    expect(await rows('-l')).toHaveLength(2);
    expect(await rows('-n', '5')).toHaveLength(3);
    expect(await rows('-qa', '--no-trunc')).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);

    expect(await slipway(['rm', 'runs'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'slipway: cannot remove container "runs": it is running. Stop its program first, or remove it with `slipway rm -f`\n',
    });
    const [id = ''] = await rows('-q');
    expect(await slipway(['rm', '-f', id, 'ended', 'nosuch'])).toEqual({
      code: 1,
      stdout: `${id}\nended\n`,
      stderr: 'slipway: no such container: nosuch. `slipway ps -a` lists those there are\n',
    });
    expect((await box.ended).code).toBe(137);
    expect(leftovers()).toEqual([]);
  });

  test('an empty list has a heading', async () => {
    expect((await slipway(['ps'])).stdout).toBe('CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   NAMES\n');
    expect((await slipway(['ps', '-q'])).stdout).toBe('');
  });
});

describe('a mistake is told in one line, with exit code 125, and nothing is left', () => {
  test.each([
    [['rnu'], 'unknown command: rnu. Did you mean run?'],
    [['fly'], 'unknown command: fly. `slipway help` lists those there are'],
    [['run'], 'an image is missing: slipway run [flags] IMAGE [COMMAND …], such as box'],
    [
      ['run', 'alpine'],
      'no such image: "alpine". There is one, box, made of this machine\'s own programs; --rootfs DIR runs any folder',
    ],
    [['run', '--nme', 'x', 'box'], 'unknown flag: --nme. Did you mean --name?'],
    [['run', '-Z', 'box'], "unknown shorthand flag: 'Z' in -Z"],
    [['run', '-iZ', 'box'], "unknown shorthand flag: 'Z' in -iZ"],
    [['run', '--name'], 'flag needs an argument: --name'],
    [['run', '-m'], "flag needs an argument: 'm' in -m"],
    [['run', '--rm=maybe', 'box'], 'invalid argument "maybe" for "--rm" flag: "maybe" is neither true nor false'],
    [
      ['run', '-m', '5x', 'box'],
      'invalid argument "5x" for "-m, --memory" flag: invalid size: \'5x\'. Write it as 512m: a number, then b, k, m or g',
    ],
    [['run', '-m', '1m', 'box'], 'minimum memory limit allowed is 6MB: give --memory more'],
    [['run', '--cpus', '0', 'box'], /^range of CPUs is from 0.01 to \d+.00, as there are only \d+ CPUs available$/],
    [['run', '--cpus', '1', '--cpu-quota', '5000', 'box'], 'conflicting options: --cpus and --cpu-quota'],
    [
      ['run', '--name', 'a/b', 'box'],
      'invalid argument "a/b" for "--name" flag: invalid container name (a/b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and from 2 to 255 of them',
    ],
    [
      ['run', '--hostname', 'a b', 'box'],
      'invalid argument "a b" for "-h, --hostname" flag: invalid hostname format: a b. It has letters, digits, dots and hyphens, 64 at most',
    ],
    [
      ['run', '--env-file', '/no/such', 'box'],
      'invalid argument "/no/such" for "--env-file" flag: there is no such file or folder',
    ],
    [
      ['run', '-e', '=x', 'box'],
      'invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x. Write it as NAME=value',
    ],
    [
      ['run', '--cap-add', 'FLY', 'box'],
      'invalid argument "FLY" for "--cap-add" flag: unknown capability "FLY". It is ALL or one that `man 7 capabilities` lists, such as NET_ADMIN',
    ],
    [
      ['run', '--device', '/dev/no-such', 'box'],
      'error gathering device information while adding custom device "/dev/no-such": no such file or directory',
    ],
    [
      ['run', '--ulimit', 'nofile=5:4', 'box'],
      'invalid argument "nofile=5:4" for "--ulimit" flag: ulimit soft limit must be less than or equal to hard limit: 5 > 4',
    ],
    [['run', '-d', 'box'], '-d, --detach comes later: until then a container stays in the foreground'],
    [['run', '-p', '80:80', 'box'], '-p, --publish needs a network with a bridge, which comes later'],
    [
      ['run', '--gpus', 'all', 'box'],
      '--gpus is not there: give the devices and libraries of a GPU with --device and -v',
    ],
    [['help', 'fly'], 'unknown command: fly. `slipway help` lists those there are'],
    [['ps', 'x'], 'ps takes no words, and "x" is one'],
    [['ps', '--filter', 'name=x'], 'ps -f, --filter comes later: until then grep does it'],
    [['rm'], 'a container is missing: slipway rm [flags] CONTAINER …'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await slipway(args);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    if (typeof sentence === 'string') expect(stderr).toBe(`slipway: ${sentence}\n`);
    else expect(stderr.replace(/^slipway: /, '').trimEnd()).toMatch(sentence);
    expect(leftovers()).toEqual([]);
  });
});
