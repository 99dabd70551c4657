// A9, C3, C4, C5: who a program is, when the image lies about it (CVE-2024-40635, CVE-2026-30892, CVE-2026-46680,
// CVE-2022-36109, CVE-2023-25173, CVE-2024-9676).

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, slipway, spawnOptions } from '../slipway.ts';
import { ordinaryUser, userWithoutRange } from '../users.ts';
import { idle } from './idle.ts';
import { put, rootfs, scratchSpec } from './traps.ts';

/** A passwd and a group that give away root to whoever is looked up by a name where a number was meant. */
const HOSTILE_PASSWD = [
  ...['root:x:0:0:root:/root:/bin/sh', 'wheel:x:7:7::/:/bin/sh', 'someone:x:1000:100::/home/someone:/bin/sh'],
  ...['1000:x:0:0::/:/bin/sh', '1:x:0:0::/:/bin/sh', '4294967296:x:0:0::/:/bin/sh', '2147483648:x:0:0::/:/bin/sh'],
  ...['-1:x:0:0::/:/bin/sh', '+1:x:0:0::/:/bin/sh', '0x1:x:0:0::/:/bin/sh', '1e3:x:0:0::/:/bin/sh'],
  ...['huge:x:4294967295:4294967295::/:/bin/sh', 'minus:x:-1:-1::/:/bin/sh', 'over:x:2147483648:0::/:/bin/sh'],
  ...['nonsense', '', '::::::', 'empty::', 'octal:x:010:010::/:/bin/sh'],
].join('\n');
const HOSTILE_GROUP = [
  ...[
    'root:x:0:',
    'wheel:x:10:root,someone',
    '1000:x:0:',
    '4294967295:x:0:',
    'crowd:x:20:someone,1000',
    'huge:x:4294967296:someone',
  ],
].join('\n');

function hostileRoot(): string {
  const root = rootfs();
  put(root, 'etc/passwd', HOSTILE_PASSWD);
  put(root, 'etc/group', HOSTILE_GROUP);
  return root;
}

/** No shell and no `id`: those look into the image's files themselves. */
const ID = ['grep', '-E', '^(Uid|Gid|Groups):', '/proc/self/status'];

/** What that prints as `1000 100 Groups: 10 100`: real user, real group, groups. */
function who({ code, stdout }: { code: number; stdout: string }): string {
  if (code === 125) return REFUSED;
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  const [ids, groupIds] = [field('Uid').split('\t'), field('Gid').split('\t')];
  const isOne = new Set(ids).size === 1 && new Set(groupIds).size === 1;
  return `${isOne ? '' : 'mixed '}${ids[0]} ${groupIds[0]} Groups: ${field('Groups')}`;
}

const REFUSED = 'refused';

const TABLE: [string, string][] = [
  ['1', '1 0 Groups: 0'],
  ['1:', '1 0 Groups: 0'],
  ['1000', '1000 100 Groups: 10 20 100'],
  ['1000:1000', '1000 1000 Groups: 1000'],
  ['1000:wheel', '1000 10 Groups: 10'],
  ['someone', '1000 100 Groups: 10 20 100'],
  ['someone:0', '1000 0 Groups: 0'],
  ['1234', '1234 0 Groups: 0'],
  ['1234:1234', '1234 1234 Groups: 1234'],
  ['2147483647', '2147483647 0 Groups: 0'],
  ['00', '0 0 Groups: 0 10'],
  ['root', '0 0 Groups: 0 10'],
  ['octal', '10 10 Groups: 10'],
  ['0x1', '0 0 Groups: 0'], // a name like any other: it does not consist of digits
  ['2147483648', REFUSED],
  ['4294967295', REFUSED],
  ['4294967296', REFUSED],
  ['1000:4294967295', REFUSED],
  ['1000:4294967296', REFUSED],
  ['18446744073709551616', REFUSED],
  ['-1', REFUSED],
  ['+1', REFUSED],
  ['1 ', REFUSED],
  ['1:1:1', REFUSED],
  ['1000:nobody-knows', REFUSED],
  ['nobody-knows', REFUSED],
  ['huge', REFUSED],
  ['minus', REFUSED],
  ['over', REFUSED],
  ['nonsense', REFUSED],
  [':1', REFUSED],
];

describe('A9: -u', () => {
  const root = hostileRoot();

  test.each(TABLE)('%j of run is %s', async (user, expected) => {
    expect(who(await slipway(['run', '--rm', '--rootfs', root, `--user=${user}`, ...ID]))).toBe(expected);
  });

  test('means the same to exec', async () => {
    await using _box = await idle('a9', ['--rootfs', root]);
    for (const [user, expected] of TABLE) {
      expect(who(await slipway(['exec', `--user=${user}`, 'a9', ...ID])), user).toBe(expected);
    }
  });
});

describe('A9: a config.json', () => {
  test.each([
    [{ uid: 4294967295, gid: 0 }],
    [{ uid: 0, gid: 4294967295 }],
    [{ uid: -1, gid: 0 }],
    [{ uid: 1.5, gid: 0 }],
    [{ uid: 1, gid: 1, additionalGids: [4294967295] }],
  ])('with the user %j is refused: to the kernel -1 is "leave it as it is"', async (user) => {
    const bundle = await scratchSpec(['--rootfs', rootfs(), ...ID], (spec) => {
      spec.process.user = user;
      spec.annotations = {};
    });
    const { code, stderr } = await slipway(['run', '--rm', '--config', bundle]);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('process.user') });
  });

  test.each([
    { 'dev.slipway.user': '4294967296' },
    { 'dev.slipway.user': '1000:4294967295' },
    { 'dev.slipway.groups': '4294967295' },
  ])('with an annotation of digits that are too many is refused: %j', async (annotations) => {
    const bundle = await scratchSpec(['--rootfs', hostileRoot(), ...ID], (spec) => {
      spec.annotations = annotations;
    });
    const { code, stderr } = await slipway(['run', '--rm', '--config', bundle]);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('above 2^31 - 1') });
  });
});

test('A9: a label does not say who the program is', async () => {
  const flags = ['-u', '1000:1000', '--label', 'dev.slipway.user=root', '--annotation', 'dev.slipway.user=root'];
  expect(who(await slipway(['run', '--rm', ...flags, 'box', ...ID]))).toBe('1000 1000 Groups: 1000');
});

/** Runs slipway as root who is in other groups besides, as a person is who has logged in. */
function asMember(args: string[]) {
  const options = { ...spawnOptions({}), encoding: 'utf8' } as const;
  return spawnSync('setpriv', ['--groups', '4,24,27', SLIPWAY, ...args], options);
}

describe("C3: supplementary groups are the image's and none of the host's", () => {
  test.each<[string[], string]>([
    [[], '0 0 Groups: 0 10'],
    [['-u', '1234'], '1234 0 Groups: 0'],
    [['-u', '1234:1234'], '1234 1234 Groups: 1234'],
    [['-u', '1234', '--group-add', '30', '--group-add', 'crowd'], '1234 0 Groups: 0 20 30'],
    [['-u', '1234:1234', '--group-add', '1234'], '1234 1234 Groups: 1234'],
  ])('%j', async (flags, expected) => {
    const root = hostileRoot();
    const { status, stdout } = asMember(['run', '--rm', ...flags, '--rootfs', root, ...ID]);
    expect(who({ code: status ?? -1, stdout })).toBe(expected);
  });

  test('a file that its group may not read stays unread by a member of it', async () => {
    const root = hostileRoot();
    put(root, 'secret', 'secret');
    chownSync(join(root, 'secret'), 0, 1000);
    chmodSync(join(root, 'secret'), 0o604);
    const cat = async (...flags: string[]) =>
      (await slipway(['run', '--rm', '--rootfs', root, ...flags, 'cat', '/secret'])).stdout;
    expect(await cat('-u', '1000:1000')).toBe('');
    expect(await cat('-u', '1000:1001', '--group-add', '1000')).toBe('');
    expect(await cat('-u', '1000:1001')).toBe('secret');
  });
});

describe('C4: in a user namespace', () => {
  test('of one id setgroups is denied, and is not called', async () => {
    const user = userWithoutRange();
    const script = 'cat /proc/self/setgroups; id -u';
    const { code, stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', script], { user });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deny\n0\n' });
    await using _box = await idle('c4', ['box'], { user });
    expect((await slipway(['exec', 'c4', 'id', '-u'], { user })).stdout).toBe('0\n');
  });

  test('of a range the groups are the image’s alone', async () => {
    const user = ordinaryUser();
    const { stdout } = await slipway(
      ['run', '--rm', 'box', 'sh', '-c', 'cat /proc/self/setgroups; grep Groups /proc/self/status'],
      { user },
    );
    expect(stdout).toMatch(/^allow\nGroups:\t0 10 ?\n$/);
  });

  test('a file of that name in the image is not believed', async () => {
    const root = rootfs();
    put(root, 'proc/self/setgroups', 'deny\n');
    const bundle = await scratchSpec(['--rootfs', root, '-u', '1234:1234', 'id', '-G'], (spec) => {
      spec.mounts = spec.mounts?.filter(({ destination }) => destination !== '/proc') ?? [];
      if (spec.linux) spec.linux.sysctl = {};
    });
    expect(asMember(['run', '--rm', '--config', bundle])).toMatchObject({ status: 0, stdout: '1234\n' });
  });
});

describe('C5: an /etc/passwd that', () => {
  const host = readFileSync('/etc/shadow', 'utf8').split('\n')[0] ?? '';
  const lay: [string, (passwd: string, root: string) => void][] = [
    ["is a link to the host's", (passwd) => symlinkSync('../../../../../../../etc/passwd', passwd)],
    ['is a link to /dev/zero', (passwd) => symlinkSync('/dev/zero', passwd)],
    ['is a link to /dev/tty', (passwd) => symlinkSync('/dev/tty', passwd)],
    ["is a link to the kernel's messages", (passwd) => symlinkSync('/proc/kmsg', passwd)],
    ['is a link to what init was started with', (passwd) => symlinkSync('/proc/self/environ', passwd)],
    ['is a link to a descriptor', (passwd) => symlinkSync('/proc/self/fd/3', passwd)],
    ['is a link to itself', (passwd) => symlinkSync('passwd', passwd)],
    ['is a FIFO', (passwd) => spawnSync('mkfifo', [passwd])],
    ['is a folder', (passwd) => spawnSync('mkdir', [passwd])],
    ['has two gigabytes', (passwd) => spawnSync('truncate', ['-s', '2G', passwd])],
    ['has no end of a line', (_, root) => put(root, 'etc/passwd', 'x'.repeat(2_000_000))],
    ['is missing', () => {}],
  ];

  test.each(lay)('%s keeps nobody waiting, and gives nobody a name', async (_, layTrap) => {
    const root = rootfs();
    const passwd = join(root, 'etc/passwd');
    rmSync(passwd);
    layTrap(passwd, root);
    const run = (user: string) => slipway(['run', '--rm', '--rootfs', root, '-u', user, ...ID], { timeoutMs: 10_000 });
    expect(who(await run('1000'))).toBe('1000 0 Groups: 0');
    const { code, stderr } = await run('daemon');
    expect({ code, stderr }).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('unable to find user daemon'),
    });
    expect(stderr).not.toContain(host);
  });

  test('is a link inside the image is followed, as NixOS has it', async () => {
    const root = rootfs();
    rmSync(join(root, 'etc/passwd'));
    put(root, 'nix/store/passwd', 'someone:x:1000:100::/home/someone:/bin/sh\n');
    symlinkSync('/nix/store/passwd', join(root, 'etc/passwd'));
    const { stdout } = await slipway([
      'run',
      '--rm',
      '--rootfs',
      root,
      '-u',
      'someone',
      'sh',
      '-c',
      'id -u; echo $HOME',
    ]);
    expect(stdout).toBe('1000\n/home/someone\n');
  });

  test('names a group with a hundred thousand members is read', async () => {
    const root = rootfs();
    put(root, 'etc/group', `crowd:x:20:${Array.from({ length: 100_000 }, (_, index) => `u${index}`).join(',')},root\n`);
    expect(who(await slipway(['run', '--rm', '--rootfs', root, ...ID]))).toBe('0 0 Groups: 0 20');
  });
});
