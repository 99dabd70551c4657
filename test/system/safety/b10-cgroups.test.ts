// B10, I1 to I4: a container sees its own cgroup, read-only, and gets no hold of the host by it (CVE-2022-0492), uses no
// device but those it was given, and leaves no process behind.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../../src/cgroups/detect.ts';
import { scratch, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { idle } from './idle.ts';
import { put, rootfs } from './traps.ts';

/** Shell lines that a container tries one by one; each that succeeds is printed. */
const attempts = (lines: string[]) => lines.map((line) => `(${line}) >/dev/null 2>&1 && echo '${line}'`).join('\n');

describe.each([
  ['root', [], undefined],
  ['root who asks to see the host’s cgroups', ['--cgroupns', 'host'], undefined],
  ['an ordinary user', [], ordinaryUser()],
])('B10: a container of %s', (_, flags, user) => {
  test('can write nowhere below /sys/fs/cgroup, and mount no cgroups of its own', async () => {
    const script = attempts([
      'for d in $(find /sys/fs/cgroup -type d); do mkdir $d/x && rmdir $d/x && exit 0; done; exit 1',
      'for f in $(find /sys/fs/cgroup -name release_agent); do cat $f > $f && exit 0; done; exit 1',
      'for f in $(find /sys/fs/cgroup -name notify_on_release); do cat $f > $f && exit 0; done; exit 1',
      'for f in $(find /sys/fs/cgroup -name cgroup.procs); do echo 0 > $f && exit 0; done; exit 1',
      'mount -o remount,rw /sys/fs/cgroup',
      'mount -o remount,bind,rw /sys/fs/cgroup',
      'for d in /sys/fs/cgroup/*; do mount -o remount,rw $d && exit 0; done; exit 1',
      'mkdir /tmp/c && mount -t cgroup -o memory x /tmp/c',
      'mkdir /tmp/d && mount -t cgroup2 x /tmp/d',
      'umount /sys/fs/cgroup',
      'unshare -UrmC true',
      'unshare -C true',
      'unshare -m true',
    ]);
    const { stdout } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', `${script}\ntrue`], { user });
    expect(stdout).toBe('');
  });

  test('has /sys read-only too', async () => {
    const { stdout } = await slipway(['run', '--rm', ...flags, 'box', 'grep', ' /sys', '/proc/self/mountinfo'], {
      user,
    });
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.split(' ')[5]).toMatch(/^ro,nosuid,nodev,noexec/);
  });
});

describe('B10: in a cgroup namespace of its own', () => {
  test('there is no release_agent to be seen, and no cgroup of another', async () => {
    const script = 'find /sys/fs/cgroup -name release_agent; cat /proc/self/cgroup';
    const { stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', script]);
    expect(stdout).not.toContain('release_agent');
    for (const line of stdout.trim().split('\n')) expect(line).toMatch(/:\/$/);
  });

  test('all capabilities and no filter do not bring it to light', async () => {
    const flags = ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'];
    const script = `mkdir /tmp/c; for c in memory cpu pids devices freezer; do mount -t cgroup -o $c x /tmp/c 2>/dev/null && break; done
      find /tmp/c -name release_agent; echo searched`;
    expect((await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', script])).stdout).toBe('searched\n');
  });
});

/** Runs box by a config.json that `change` has altered. */
async function runChanged(change: (linux: Record<string, unknown>) => void, command = ['true']) {
  const spec = JSON.parse((await slipway(['spec', '--rootfs', rootfs(), ...command])).stdout);
  change(spec.linux);
  const bundle = scratch('bundle');
  put(bundle, 'config.json', JSON.stringify(spec));
  return slipway(['run', '--rm', '--config', bundle]);
}

describe('I1: files of cgroups', () => {
  test.each(['../../x', '/etc/x', 'memory.max/../../x', '..', 'x/y', 'cgroup.procs/../x'])(
    'a key %s is no file of a cgroup',
    async (key) => {
      const { code, stderr } = await runChanged((linux) => {
        linux.resources = { unified: { [key]: '1' } };
      });
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining(key) });
    },
  );

  const outside = scratch('outside');
  afterAll(() => {
    // Should the dots have been taken for a cgroup, its parents are left.
    for (const { mountPoint } of detectHierarchies()) spawnSync('rmdir', ['-p', `.${outside}`], { cwd: mountPoint });
  });

  test.each([`/../../../../../..${outside}/x`, '../x', `/slipway/../../../../../../..${outside}/x`, '/..'])(
    'a path %s is no cgroup',
    async (path) => {
      const { code, stderr } = await runChanged((linux) => {
        linux.cgroupsPath = path;
      });
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('..') });
      expect((await slipway(['run', '--rm', '--cgroup-parent', path, 'box', 'true'])).code).toBe(125);
      expect(readdirSync(outside)).toEqual([]);
    },
  );
});

describe('I2: a cgroup', () => {
  const hierarchies = detectHierarchies();
  const name = `slipway-i2-${process.pid}`;
  const pids = hierarchies.find(({ controllers }) => controllers.includes('pids') || controllers.includes('freezer'));
  const folder = join(pids?.mountPoint ?? '', name);

  test('with processes in it is not taken', async () => {
    mkdirSync(folder);
    const sleeper = Number(spawnSync('sh', ['-c', 'sleep 30 >/dev/null 2>&1 & echo $!'], { encoding: 'utf8' }).stdout);
    expect(sleeper).toBeGreaterThan(0);
    try {
      writeFileSync(join(folder, 'cgroup.procs'), String(sleeper));
      const { code, stderr } = await runChanged((linux) => {
        linux.cgroupsPath = `/${name}`;
      });
      expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('has processes in it') });
      expect(readFileSync(join(folder, 'cgroup.procs'), 'utf8')).toBe(`${sleeper}\n`);
    } finally {
      process.kill(sleeper, 'SIGKILL');
      await until('the cgroup to be empty', () => readFileSync(join(folder, 'cgroup.procs'), 'utf8') === '');
      rmdirSync(folder);
    }
  });

  test('is joined before the first instruction of the program', async () => {
    const { stdout } = await slipway(['run', '--rm', '--cgroupns', 'host', 'box', 'cat', '/proc/self/cgroup']);
    for (const line of stdout.trim().split('\n')) expect(line).toMatch(/:\/slipway\/[0-9a-f]{64}$/);
  });
});

describe('I3: devices', () => {
  const blocks = readdirSync('/sys/class/block').map((each) =>
    readFileSync(`/sys/class/block/${each}/dev`, 'utf8').trim(),
  );
  const [major, minor] = (blocks[0] ?? '7:0').split(':');

  test('a disk can be made as a node, and not be opened', async () => {
    const script = `mknod /tmp/disk b ${major} ${minor} && echo made; head -c 1 /tmp/disk 2>&1 >/dev/null; : > /tmp/disk`;
    const { stdout, stderr } = await slipway(['run', '--rm', 'box', 'sh', '-c', script]);
    expect(stdout).toMatch(/^made\n.*Operation not permitted/);
    expect(stderr).toMatch(/Operation not permitted/i);
  });

  test.each(['c 10 229', 'c 10 200', 'c 1 1', 'c 1 2', 'c 10 237', 'c 4 0'])('%s cannot be opened', async (numbers) => {
    const { stdout } = await slipway([
      'run',
      '--rm',
      'box',
      'sh',
      '-c',
      `mknod /tmp/d ${numbers}; head -c 1 /tmp/d 2>&1`,
    ]);
    expect(stdout).toContain('Operation not permitted');
  });

  test('what is given can be used, and only as it is given', async () => {
    const script = '(head -c 1 /dev/x | wc -c; : > /dev/x) 2>&1';
    const run = async (access: string) =>
      (await slipway(['run', '--rm', '--device', `/dev/kmsg:/dev/x:${access}`, 'box', 'sh', '-c', script])).stdout;
    expect(await run('rm')).toMatch(/permitted/i);
    expect(await run('w')).toMatch(/permitted/i);
  });

  test('without CAP_MKNOD no node can be made, and an ordinary user makes none at all', async () => {
    const mknod = ['box', 'mknod', '/tmp/d', 'c', '1', '3'];
    expect((await slipway(['run', '--rm', '--cap-drop', 'MKNOD', ...mknod])).code).not.toBe(0);
    expect((await slipway(['run', '--rm', ...mknod], { user: ordinaryUser() })).code).not.toBe(0);
  });

  test('--privileged opens every device', async () => {
    const script = `mknod /tmp/disk b ${major} ${minor} && (head -c 1 /tmp/disk 2>&1 | grep -c permitted)`;
    expect((await slipway(['run', '--rm', '--privileged', 'box', 'sh', '-c', script])).stdout).toBe('0\n');
  });
});

describe('I4: processes that share the host’s PID namespace', () => {
  const mark = `300.${process.pid}`; // seconds that nobody else sleeps
  const sleepers = () => spawnSync('pgrep', ['-f', `^sleep ${mark}`], { encoding: 'utf8' }).stdout.trim();
  const FORKING = `for i in 1 2 3; do (setsid sh -c 'while :; do sleep ${mark} & sleep 0.05; done' &); done`;

  afterEach(() => {
    spawnSync('pkill', ['-KILL', '-f', `sleep ${mark}`]); // those that were not
  });

  test('are all gone when the container’s first one ends', async () => {
    const box = await idle('i4f', ['--pid', 'host', '--pids-limit', '200', 'box'], {}, { first: FORKING });
    await until('some to run', () => sleepers() !== '');
    await box[Symbol.asyncDispose]();
    await until('all to be gone', () => sleepers() === '');
  });

  test('are all gone after rm -f', async () => {
    await using box = start([
      'run',
      '--name',
      'i4',
      '--pid',
      'host',
      '--pids-limit',
      '200',
      'box',
      'sh',
      '-c',
      `${FORKING}; echo ready; sleep ${mark}`,
    ]);
    await box.says('ready');
    await until('some to run', () => sleepers() !== '');
    expect(await slipway(['rm', '-f', 'i4'])).toMatchObject({ code: 0 });
    await until('all to be gone', () => sleepers() === '');
  });

  test('of an ordinary user are gone too', async () => {
    const user = ordinaryUser();
    const box = await idle('i4u', ['--pid', 'host', 'box'], { user }, { first: `setsid sleep ${mark} & true` });
    await until('it to run', () => sleepers() !== '');
    await box[Symbol.asyncDispose]();
    await until('it to be gone', () => sleepers() === '');
  });

  test('that exec has brought in go with it', async () => {
    const box = await idle('i4e', ['--pid', 'host', 'box']);
    await slipway(['exec', 'i4e', 'sh', '-c', `setsid sleep ${mark} >/dev/null 2>&1 &`]);
    await until('it to run', () => sleepers() !== '');
    await box[Symbol.asyncDispose]();
    await until('all to be gone', () => sleepers() === '');
  });
});
