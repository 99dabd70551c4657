// The guard: whatever goes wrong in it, the host is afterwards as it was before.

import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Pty } from '../pty.ts';
import { homeOf, scratch, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser, userWithoutRange } from '../users.ts';
import { hostState, processesWith } from './host.ts';

const users = [
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
] as const;

describe.each(users)('in the guard, as %s', (_, user) => {
  const guard = (command: string, ...flags: string[]) => slipway(['guard', ...flags, 'sh', '-c', command], { user });

  /** Runs it, and compares the host. */
  async function survives(command: string, ...flags: string[]) {
    const before = hostState();
    const result = await guard(command, ...flags);
    expect(hostState()).toEqual(before);
    return result;
  }

  test('rm -rf / removes nothing of the machine', async () => {
    const { stdout } = await survives(
      'rm -rf --no-preserve-root / 2>/dev/null; echo /etc/* /usr/*; echo survived',
      '--seconds',
      '110',
    );
    expect(stdout).toContain('survived');
    expect(stdout).not.toContain('passwd');
  });

  test('folders have the modes of the machine’s, whatever the umask', async () => {
    const folders = ['/', '/etc', '/home', '/root', '/tmp', '/usr', '/var', '/var/lib', '/var/tmp'];
    const { stdout } = await guard(`stat -c %a ${folders.join(' ')}`);
    expect(stdout).toBe(folders.map((path) => `${(statSync(path).mode & 0o7777).toString(8)}\n`).join(''));
  });

  test('files are there, and can be changed and made', async () => {
    const command = 'cat /etc/hostname > /etc/copy; echo evil > /etc/hostname; cat /etc/hostname; ls /usr/bin | wc -l';
    const { stdout, code } = await survives(command);
    expect(stdout).toMatch(/^evil\n\d{2,}\n$/);
    expect(code).toBe(0);
  });

  test('a fork bomb fills a limit, and ends with the guard', async () => {
    const word = `bomb-${process.pid}-${user?.uid ?? 0}`;
    const command = 'bomb() { bomb | bomb & }; bomb; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';
    const before = hostState();
    await slipway(['guard', '--seconds', '10', 'sh', '-c', command, word], { user });
    await until('all of it to be gone', () => processesWith(word).length === 0);
    expect(hostState()).toEqual(before);
  });

  test('mounts in the wrong place are seen inside alone', async () => {
    const command = [
      'mount -t tmpfs none /etc; mount --bind /tmp /usr/lib; mount --make-rshared /; mount -t tmpfs none /home',
      'umount -l /proc; umount -a -l 2>/dev/null; echo done',
    ].join('; ');
    expect((await survives(command)).stdout).toContain('done');
  });

  test('another hostname is its own', async () => {
    expect((await survives('hostname other; uname -n')).stdout).toBe('other\n');
    expect((await guard('uname -n')).stdout).toBe(`${hostname()}\n`);
  });

  test('killing every process reaches those inside alone, and not PID 1', async () => {
    expect(await survives('sleep 100 & kill -9 -1; wait; echo alone')).toMatchObject({ stdout: 'alone\n', code: 0 });
    expect((await survives("sh -c 'kill -9 -1'; sleep 100")).code).toBe(137);
  });

  test('time runs out', async () => {
    const word = `slow-${process.pid}-${user?.uid ?? 0}`;
    const { code } = await slipway(
      ['guard', '--seconds', '1', 'sh', '-c', 'trap "" TERM INT; while :; do :; done', word],
      {
        user,
      },
    );
    expect(code).toBe(137);
    await until('it to be gone', () => processesWith(word).length === 0);
  });

  test('a kill -9 of the command line ends all of it', async () => {
    const word = `left-${process.pid}-${user?.uid ?? 0}`;
    await using running = start(['guard', '--seconds', '0', 'sh', '-c', 'echo ready; sleep 1000; :', word], { user });
    await running.says('ready');
    running.child.kill('SIGKILL');
    await until('all of it to be gone', () => processesWith(word).length === 0);
    await until('its folder to be gone', () => readdirSync(join(homeOf(user).SLIPWAY_ROOT, 'containers')).length === 0);
  });

  test('memory runs out', async () => {
    const { code, stdout } = await survives('head -c 2G /dev/zero | tail | wc -c; echo survived');
    expect(stdout).not.toContain('2147483648');
    expect([0, 137]).toContain(code);
  });

  test('the disk is full at its limit, in memory', async () => {
    const { stdout } = await survives('head -c 1G /dev/zero > /usr/full 2>/dev/null; wc -c < /usr/full');
    expect(Number(stdout)).toBeLessThan(600 << 20);
  });

  test('a folder is shown wherever it lies, and cannot be changed', async () => {
    const folder = join(scratch('shown', user), 'folder');
    mkdirSync(folder);
    writeFileSync(join(folder, 'file'), 'mine');
    const command = `cat ${folder}/file; echo x > ${folder}/file; rm -rf ${folder}; cat ${folder}/file`;
    expect((await survives(command, '--folder', folder)).stdout).toBe('minemine');
  });
});

test('time runs out in a guard that has frozen itself', async () => {
  const word = `frozen-${process.pid}`;
  const freeze = 'cd /sys/fs/cgroup; echo FROZEN > freezer/freezer.state || echo 1 > cgroup.freeze; sleep 1000';
  const { code } = await slipway(['guard', '--seconds', '2', 'sh', '-c', freeze, word]);
  expect(code).toBe(137);
  await until('it to be gone', () => processesWith(word).length === 0);
});

test('a user with one id has containers in the guard too', async () => {
  const command = ['guard', 'slipway', 'run', '--rm', 'box', 'sh', '-c', 'id -u; cat /proc/self/uid_map'];
  const { stdout, code } = await slipway(command, { user: userWithoutRange() });
  expect(stdout).toMatch(/^0\n\s+0\s+\d+\s+1\n$/);
  expect(code).toBe(0);
});

/** Which PID 1 keeps: `timeout -s KILL 60 …`. */
const LIMIT = ['sh', '-c', 'tr "\\0" " " </proc/1/cmdline'];

test('has a time limit, unless somebody sits before it', async () => {
  expect((await slipway(['guard', ...LIMIT])).stdout).toMatch(/^timeout -s KILL 60 /);
  expect((await slipway(['guard', '--seconds', '5', ...LIMIT])).stdout).toMatch(/^timeout -s KILL 5 /);
  await using terminal = new Pty(['guard', '-t', ...LIMIT]);
  await terminal.shows('timeout --foreground -s KILL 0 ');
  expect(await terminal.ended).toBe(0);
});
