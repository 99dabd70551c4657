// Whose namespaces a container lives in: every kind, new, the host's or another container's, for root and for ordinary
// users with and without a range of ids. The kernel is asked: two processes share a namespace when its inodes are one.

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Started, slipway, start } from './slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

const KINDS = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'] as const;
type Kind = (typeof KINDS)[number];
type Inodes = Record<Kind, string>;

/** A shell line that prints the inode of each kind. */
const ASK = `for n in ${KINDS.join(' ')}; do readlink /proc/self/ns/$n; done`;

function toInodes(text: string): Inodes {
  const lines = text.split('\n');
  return Object.fromEntries(KINDS.map((kind, index) => [kind, lines[index]])) as Inodes;
}

const HOST = Object.fromEntries(KINDS.map((kind) => [kind, readlinkSync(`/proc/self/ns/${kind}`)])) as Inodes;

/** The flag for each kind, what a container has without it, and the word for a new one. */
const FLAGS: [flag: string, kind: Kind, byDefault: 'new' | 'host', own?: string][] = [
  ['--pid', 'pid', 'new'],
  ['--network', 'net', 'new', 'none'],
  ['--ipc', 'ipc', 'new'],
  ['--uts', 'uts', 'new'],
  ['--cgroupns', 'cgroup', 'new'],
  ['--timens', 'time', 'host'],
];

const USERS: [name: string, user: () => User | undefined][] = [
  ['root', () => undefined],
  ['a user with a range of ids', ordinaryUser],
  ['a user with one id', userWithoutRange],
];

describe.each(USERS)('as %s', (name, getUser) => {
  const isRoot = name === 'root';
  let user: User | undefined;
  let donorProcess: Started;
  let donor: Inodes;

  beforeAll(async () => {
    user = getUser();
    donorProcess = start(['run', '--name', 'donor', '--rm', 'box', 'sh', '-c', `${ASK}; echo ready; sleep 1000`], {
      user,
    });
    await donorProcess.says('ready');
    donor = toInodes(donorProcess.stdout);
  });
  afterAll(async () => {
    await slipway(['rm', '-f', 'donor'], { user });
    await donorProcess[Symbol.asyncDispose]();
  });

  async function inside(...flags: string[]): Promise<Inodes> {
    const { code, stdout, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', ASK], { user });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return toInodes(stdout);
  }

  /** Every other kind is as it is without the flag. */
  function expectRest(seen: Inodes, except: Kind, userNamespace: 'new' | 'host' | 'donor'): void {
    for (const [, kind, byDefault] of FLAGS) if (kind !== except) expectKind(seen, kind, byDefault);
    expectKind(seen, 'mnt', 'new');
    if (except !== 'user') expectKind(seen, 'user', userNamespace);
  }

  function expectKind(seen: Inodes, kind: Kind, whose: 'new' | 'host' | 'donor'): void {
    const found = seen[kind] === HOST[kind] ? 'host' : seen[kind] === donor[kind] ? 'donor' : 'new';
    expect([kind, found]).toEqual([kind, whose]);
  }

  const usual = isRoot ? 'host' : 'new';

  test('all but the time namespace are new, and for an ordinary user the user namespace too', async () => {
    expectRest(await inside(), 'mnt', usual);
  });

  describe.each(FLAGS)('%s', (flag, kind, _, own = 'private') => {
    test('host: it is the host’s', async () => {
      const seen = await inside(flag, 'host');
      expectKind(seen, kind, 'host');
      expectRest(seen, kind, usual);
    });

    test(`${own}: it is a new one`, async () => {
      const seen = await inside(flag, own);
      expectKind(seen, kind, 'new');
      expectRest(seen, kind, usual);
    });

    // The donor has the host's time namespace, as all have by default.
    test(`container:NAME: it is that container’s`, async () => {
      const seen = await inside(flag, 'container:donor');
      expectKind(seen, kind, kind === 'time' ? 'host' : 'donor');
      expectRest(seen, kind, isRoot ? 'host' : 'donor');
    });
  });

  test('all of a container’s namespaces can be joined at once', async () => {
    const flags = FLAGS.flatMap(([flag]) => [flag, 'container:donor']);
    const seen = await inside(...flags, '--userns', 'container:donor');
    expect({ ...seen, mnt: '' }).toEqual({ ...donor, mnt: '' });
    expectKind(seen, 'mnt', 'new');
  });

  test('--userns private: it is a new one', async () => {
    const seen = await inside('--userns', 'private');
    expectKind(seen, 'user', 'new');
    expectRest(seen, 'user', 'new');
  });

  test('--pid container:NAME shows that container’s processes, and its first one is PID 1', async () => {
    const args = ['run', '--rm', '--pid', 'container:donor', 'box', 'sh', '-c', 'tr "\\0" " " < /proc/1/cmdline'];
    expect((await slipway(args, { user })).stdout).toContain('sleep 1000');
  });

  test('--pid host shows the host’s', async () => {
    const { stdout } = await slipway(['run', '--rm', '--pid', 'host', 'box', 'cat', '/proc/1/comm'], { user });
    expect(stdout).toBe(readFileSync('/proc/1/comm', 'utf8'));
  });

  test('--ipc container:NAME shares its /dev/shm', async () => {
    const write = 'echo from-there > /dev/shm/there';
    const joined = ['run', '--rm', '--ipc', 'container:donor', 'box', 'sh', '-c', write];
    expect(await slipway(joined, { user })).toMatchObject({ code: 0, stderr: '' });
    expect((await slipway(['exec', 'donor', 'cat', '/dev/shm/there'], { user })).stdout).toBe('from-there\n');
  });

  test('--network container:NAME shares its loopback, its name and its /etc/hosts', async () => {
    const server = start(['exec', 'donor', 'sh', '-c', 'echo listening; nc -l -p 7070 -e echo hello'], { user });
    await server.says('listening');
    const ask = 'until nc 127.0.0.1 7070; do :; done; hostname; tail -1 /etc/hosts';
    const { stdout } = await slipway(['run', '--rm', '--network', 'container:donor', 'box', 'sh', '-c', ask], { user });
    await server.ended;
    const [greeting, name, hosts] = stdout.split('\n');
    expect(greeting).toBe('hello');
    expect(name).toBe((await slipway(['exec', 'donor', 'hostname'], { user })).stdout.trim());
    expect(hosts).toBe(`127.0.0.1\t${name}`);
  });

  test('loopback is up in a new network namespace, and there is nothing else', async () => {
    const ask =
      'cat /sys/class/net/lo/flags; ls /sys/class/net; (nc -l -p 7071 -e echo heard &) ; until nc 127.0.0.1 7071; do :; done';
    const { stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', ask], { user });
    expect(stdout).toBe('0x9\nlo\nheard\n'); // IFF_UP | IFF_LOOPBACK
  });

  test('a host name given to it is not the host’s', async () => {
    const args = [
      'run',
      '--rm',
      '--hostname',
      'moored',
      'box',
      'sh',
      '-c',
      'hostname; echo $HOSTNAME; cat /etc/hostname',
    ];
    expect((await slipway(args, { user })).stdout).toBe('moored\nmoored\nmoored\n');
    expect(readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()).toBe(hostname());
  });

  test('--uts host and --network host bring the host’s name along', async () => {
    for (const flag of ['--uts', '--network']) {
      const { stdout } = await slipway(['run', '--rm', flag, 'host', 'box', 'sh', '-c', 'hostname; echo $HOSTNAME'], {
        user,
      });
      expect(stdout).toBe(`${hostname()}\n${hostname()}\n`);
    }
  });
});

describe('ids in a user namespace', () => {
  const maps = ['run', '--rm', 'box', 'cat', '/proc/self/uid_map', '/proc/self/gid_map', '/proc/self/setgroups'];
  const words = (text: string) => text.trim().split(/\s+/);

  test('are all of them for root, who gives up rights and not owners', async () => {
    const { stdout } = await slipway(maps.toSpliced(1, 0, '--userns', 'private'));
    expect(words(stdout)).toEqual(['0', '0', '4294967295', '0', '0', '4294967295', 'allow']);
  });

  test('are the user’s own and a range, by newuidmap and newgidmap', async () => {
    const user = ordinaryUser();
    const range = (file: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .find((line) => line.startsWith(`${user.name}:`));
    const [, uidStart = '', uidCount = ''] = range('/etc/subuid')?.split(':') ?? [];
    const [, gidStart = '', gidCount = ''] = range('/etc/subgid')?.split(':') ?? [];
    expect(words((await slipway(maps, { user })).stdout)).toEqual([
      ...['0', `${user.uid}`, '1', '1', uidStart, uidCount],
      ...['0', `${user.gid}`, '1', '1', gidStart, gidCount],
      'allow',
    ]);
  });

  test('are one alone where the user has no range, and setgroups is denied for good', async () => {
    const user = userWithoutRange();
    const { stdout } = await slipway(maps, { user });
    expect(words(stdout)).toEqual(['0', `${user.uid}`, '1', '0', `${user.gid}`, '1', 'deny']);
  });
});

test('root joins another container’s user namespace, in a cgroup and with limits of its own', async () => {
  const ask = 'readlink /proc/self/ns/user; grep -E "memory|^0" /proc/self/cgroup | head -1';
  await using owner = start([
    'run',
    '--rm',
    '--name',
    'owner',
    '--userns',
    'private',
    '--cgroupns',
    'host',
    'box',
    'sh',
    '-c',
    `${ask}; exec sleep 1000`,
  ]);
  await owner.says('user:');
  const flags = ['--userns', 'container:owner', '--cgroupns', 'host', '-m', '64m'];
  const { code, stdout, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', ask]);
  await slipway(['rm', '-f', 'owner']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [[theirs, theirCgroup], [ours, ourCgroup]] = [owner.stdout, stdout].map((text) => text.trim().split('\n')) as [
    string[],
    string[],
  ];
  expect(ours).toBe(theirs);
  expect(ours).not.toBe(HOST.user);
  expect(ourCgroup).toMatch(/[0-9a-f]{64}$/);
  expect(ourCgroup).not.toBe(theirCgroup);
});

describe('what cannot be had is said', () => {
  test.each([
    [['--pid', 'container:nobody'], 'no such container: nobody. `slipway ps -a` lists those there are'],
    [
      ['--pid', 'container:'],
      'invalid argument "container:" for "--pid" flag: invalid PID mode "container:": it is none of private, host, container:NAME',
    ],
    [
      ['--network', 'bridge'],
      'invalid argument "bridge" for "--network" flag: a network with a bridge comes later. Until then there are none (the default), host, container:NAME',
    ],
    [
      ['--network', 'mine'],
      'invalid argument "mine" for "--network" flag: network mine not found: it is none of none, host, container:NAME',
    ],
    [['--uts', 'host', '--hostname', 'me'], 'conflicting options: hostname and the UTS mode'],
    [['--network', 'container:x', '--hostname', 'me'], 'conflicting options: hostname and the network mode'],
  ])('%j', async (flags, sentence) => {
    const result = await slipway(['run', ...flags, 'box', 'true']);
    expect(result).toEqual({ code: 125, stdout: '', stderr: `slipway: ${sentence}\n` });
  });

  test.each([
    [['--userns', 'host'], "--userns host needs root: an ordinary user's rights end at the host's"],
    [
      ['--pid', 'container:x', '--uts', 'container:y'],
      'namespaces of several containers (container:x, container:y) can be joined by root alone: name one',
    ],
    [
      ['--pid', 'container:x', '--userns', 'private'],
      'conflicting options: --userns private and container:x, whose namespaces belong to its user namespace',
    ],
  ])('to an ordinary user: %j', async (flags, sentence) => {
    const result = await slipway(['run', ...flags, 'box', 'true'], { user: ordinaryUser() });
    expect(result).toEqual({ code: 125, stdout: '', stderr: `slipway: ${sentence}\n` });
  });

  test('a container that has ended lends nothing', async () => {
    await slipway(['run', '--name', 'ended', 'box', 'true']);
    const { code, stderr } = await slipway(['run', '--rm', '--network', 'container:ended', 'box', 'true']);
    expect([code, stderr]).toEqual([
      125,
      'slipway: cannot join the namespaces of container ended: it is not running\n',
    ]);
  });
});

/** In the guard, where the root may be written to. */
test('the machine’s own root can be a container’s that shares all that it can', async () => {
  const shared = FLAGS.filter(([, , byDefault]) => byDefault === 'new').flatMap(([flag]) => [flag, 'host']);
  const command = ['slipway', 'run', '--rm', ...shared, '--rootfs', '/', 'sh', '-c', 'ls /sys/class/net; ls /sys/fs'];
  const { code, stdout, stderr } = await slipway(['guard', ...command]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^lo\n.*cgroup/s);
});
