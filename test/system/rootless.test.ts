// Without root: the same commands work by themselves, and what needs root is said in a sentence. What is the same for
// all users is tested in the other files, as three users each.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOf, scratch, slipway, start } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

const LIMIT = (controller: string) =>
  `slipway: a limit on ${controller} (it needs root, or a cgroup with that controller delegated to you) cannot be had here: it is left out\n`;

describe.each<[string, () => User]>([
  ['a user with a range of ids', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('as %s', (_, getUser) => {
  const user = getUser();
  const run = (flags: readonly string[], line: string) =>
    slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', line], { user });

  test('the container is root’s to its programs, and the user’s to the host', async () => {
    const folder = scratch('shared', user);
    const { stdout } = await run(
      ['-v', `${folder}:/d`],
      'id -u; touch /d/made; ls -ln /d/made | cut -d" " -f1; chmod 600 /d/made',
    );
    expect(stdout).toBe('0\n-rw-r--r--\n');
    expect(statSync(join(folder, 'made'))).toMatchObject({ uid: user.uid, gid: user.gid });
  });

  test('what the user may not read, the container’s root may not either', async () => {
    const { code, stderr } = await run(['-v', '/etc/shadow:/shadow', '-v', '/root:/r'], 'cat /shadow; ls /r');
    expect(code).toBe(1);
    expect(stderr).toBe("cat: can't open '/shadow': Permission denied\nls: can't open '/r': Permission denied\n");
  });

  test('capabilities are all there are, over what belongs to the container', async () => {
    const line =
      'grep CapEff /proc/self/status; mkdir /m; mount -t tmpfs x /m && echo mounted; hostname other && hostname';
    expect(await run(['--privileged'], line)).toEqual({
      code: 0,
      stdout: 'CapEff:\t000001ffffffffff\nmounted\nother\n',
      stderr: '',
    });
    const refused = await run(
      ['--privileged', '--uts', 'host'],
      'hostname other 2>/dev/null || echo no; (echo 1 > /proc/sys/kernel/panic) 2>/dev/null || echo no',
    );
    expect(refused.stdout).toBe('no\nno\n');
  });

  test('devices of the host can be shown, under another name too', async () => {
    const line = 'head -c 3 /dev/zed | wc -c; chmod 600 /dev/zed 2>/dev/null || echo no chmod';
    expect((await run(['--device', '/dev/zero:/dev/zed'], line)).stdout).toBe('3\nno chmod\n');
  });

  test('limits that need root are left out, and that is said', async () => {
    const { code, stdout, stderr } = await run(['-m', '100m', '--cpus', '0.5', '--pids-limit', '50'], 'echo runs');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'runs\n' });
    if (stderr !== '')
      expect(stderr.split('\n').toSorted()).toEqual(
        [LIMIT('cpu'), LIMIT('memory'), LIMIT('pids')].join('').split('\n').toSorted(),
      );
  });

  test.each([
    [
      ['--device-cgroup-rule', 'c 1:3 r'],
      '--device-cgroup-rule needs root: other users have no devices controller, and need no leave of it',
    ],
    [['--userns', 'host'], "--userns host needs root: an ordinary user's rights end at the host's"],
    [
      ['-v', '/tmp:/d:rshared'],
      'propagation rshared of /tmp needs root: no mount goes from a user namespace to the host',
    ],
    [['-v', '/no-right/there:/d'], 'bind source path /no-right/there cannot be made: you have no right to it'],
    [
      ['-u', '70000'],
      "user 70000:0 is not in this user namespace, which has the ids of /proc/self/uid_map and gid_map: lines in /etc/subuid and /etc/subgid give an ordinary user's containers more of them",
    ],
    [['--sysctl', 'kernel.panic=1'], "sysctl kernel.panic: it is the whole machine's, not of a namespace"],
  ])('%j needs root, and says so', async (flags, sentence) => {
    expect(await run(flags, 'true')).toEqual({ code: 125, stdout: '', stderr: `slipway: ${sentence}\n` });
  });

  test('a raised limit is clamped, and a lowered OOM score left out', async () => {
    const clamped = await run(['--ulimit', 'nofile=100:99999999'], 'ulimit -Sn');
    expect(clamped.stdout).toBe('100\n');
    expect(clamped.stderr).toMatch(
      /^slipway: RLIMIT_NOFILE is 100:\d+, not 100:99999999: raising the hard limit needs CAP_SYS_RESOURCE\n$/,
    );
    const spared = await run(['--oom-score-adj', '-5'], 'echo runs');
    expect(spared).toEqual({
      code: 0,
      stdout: 'runs\n',
      stderr: 'slipway: an OOM score of -5 is left out: to be spared needs CAP_SYS_RESOURCE\n',
    });
  });

  test('the machine’s own root can be a container’s', async () => {
    const { code, stdout } = await slipway(['run', '--rm', '--rootfs', '/', 'sh', '-c', 'id -u; echo $$'], { user });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0\n1\n' });
  });

  test('orphans end with a container that shares the host’s processes', async () => {
    const seconds = `${100_000 + process.pid}`; // to know them by
    expect((await run(['--pid', 'host'], `sleep ${seconds} & (sleep ${seconds} &); echo ended`)).stdout).toBe(
      'ended\n',
    );
    await until('the orphans to end', () => !commandLines().includes(`sleep\0${seconds}\0`));
  });

  test('containers of others are not theirs to see', async () => {
    await using box = start(['run', '--rm', '--name', 'roots', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await box.says('ready');
    const ofRoot = { env: homeOf(), user };
    expect((await slipway(['ps', '-q'], ofRoot)).stdout).toBe('');
    expect((await slipway(['exec', 'roots', 'true'], ofRoot)).code).toBe(125);
    await slipway(['rm', '-f', 'roots']);
  });
});

/** Of all processes. */
function commandLines(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return [readFileSync(`/proc/${name}/cmdline`, 'utf8')];
    } catch {
      return []; // no process, or one that has ended meanwhile
    }
  });
}
