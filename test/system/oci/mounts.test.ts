// config.json's `mounts`: what each option does, as the container's own mount table and files tell.

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mount } from '../../../src/oci.ts';
import { type BundleFolder, type Change, makeBundle, noRunc } from '../bundles.ts';
import { scratch } from '../slipway.ts';

let bundle: BundleFolder;
/** A folder of the host with a file `mine` of root and a file `theirs` of id 100000. */
let source: string;
/** A shared tmpfs of the host, with another one mounted below it at `below`. */
let tree: string;

beforeAll(async () => {
  bundle = await makeBundle();
  source = scratch('source');
  for (const [name, id] of [
    ['mine', 0],
    ['theirs', 100_000],
  ] as const) {
    writeFileSync(join(source, name), name);
    chownSync(join(source, name), id, id);
  }
  tree = scratch('tree');
  onHost('mount', '-t', 'tmpfs', 'tree', tree);
  onHost('mount', '--make-shared', tree);
  mkdirSync(join(tree, 'below'));
  onHost('mount', '-t', 'tmpfs', 'below', join(tree, 'below'));
});

afterAll(() => {
  spawnSync('umount', ['-R', tree]);
});

function onHost(...[program, ...args]: [string, ...string[]]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const add =
  (...mounts: Mount[]): Change =>
  (spec) =>
    void spec.mounts?.push(...mounts);

const outputOf: BundleFolder['outputOf'] = (...words) => bundle.outputOf(...words);

/** The words that say how a path is mounted: those of the mount, and those of its file system. */
const OPTIONS_OF = (path: string) => `grep " ${path} " /proc/self/mountinfo | sed "s/ - / /" | cut -d" " -f6-`;

describe('a file system', () => {
  test.each<[string[], RegExp]>([
    [['ro', 'nosuid', 'nodev', 'noexec'], /^ro,nosuid,nodev,noexec,relatime /],
    [['ro', 'rw', 'nosuid', 'suid'], /^rw,relatime /],
    [['noatime', 'nodiratime'], /^rw,noatime,nodiratime /],
    [['strictatime'], /^rw tmpfs/],
    [['nosymfollow'], /^rw,relatime,nosymfollow /],
    [['sync', 'dirsync', 'lazytime'], /rw,sync,dirsync,lazytime/],
    [['sync', 'async'], /^(?!.*sync)/],
    [
      ['mand', 'nomand', 'iversion', 'noiversion', 'silent', 'loud', 'defaults', 'lazytime', 'nolazytime'],
      /^rw,relatime /,
    ],
    [['size=1m', 'mode=1700', 'nr_inodes=50'], /size=1024k,nr_inodes=50,mode=1700/],
    [['shared'], /^rw,relatime shared:\d+ /],
    [['unbindable'], /^rw,relatime unbindable /],
  ])('takes %j', async (options, wanted) => {
    expect(await outputOf(add({ destination: '/m', type: 'tmpfs', options }), OPTIONS_OF('/m'))).toMatch(wanted);
  });

  test('is refused with a word that it does not know', async () => {
    const { code, stderr } = await bundle.run(add({ destination: '/m', type: 'tmpfs', options: ['sail=1'] }), 'true');
    expect(code).toBe(125);
    expect(stderr).toMatch(/^slipway: mount tmpfs .*EINVAL/);
  });

  test('of a kernel that has none of that kind is refused', async () => {
    const { code, stderr } = await bundle.run(add({ destination: '/m', type: 'sailfs' }), 'true');
    expect(code).toBe(125);
    expect(stderr).toMatch(/^slipway: mount sailfs on \/m: .*ENODEV/);
  });

  test('begins with what it covers, by tmpcopyup', async () => {
    const said = await outputOf(
      add({ destination: '/etc', type: 'tmpfs', options: ['tmpcopyup', 'ro'] }),
      'cat /etc/group; touch /etc/x 2>&1; true',
    );
    expect(said).toContain('root:');
    expect(said).toContain('Read-only file system');
  });

  test('may be at a relative path, which is an old form', async () => {
    expect(await outputOf(add({ destination: 'm', type: 'ramfs' }), OPTIONS_OF('/m'))).toMatch(/ramfs/);
  });
});

test('remount changes what is there: of a bind mount only what it names', async () => {
  const said = await outputOf(
    add(
      { destination: '/m', type: 'tmpfs', options: ['nosuid', 'size=1m'] },
      { destination: '/m', type: 'tmpfs', options: ['remount', 'ro', 'size=2m'] },
      { destination: '/n', source, options: ['bind', 'nosuid', 'noexec'] },
      { destination: '/n', options: ['remount', 'bind', 'ro', 'exec'] },
    ),
    `${OPTIONS_OF('/m')}; ${OPTIONS_OF('/n')}`,
  );
  expect(said).toMatch(/^ro,relatime tmpfs tmpfs ro,size=2048k.*\nro,nosuid,relatime /);
});

describe('a bind mount', () => {
  test.each<[string[], RegExp, RegExp]>([
    [['bind'], /^rw,relatime /, /^$/],
    [['rbind'], /^rw,relatime /, /^rw,relatime /],
    [['rbind', 'ro'], /^ro,relatime /, /^rw,relatime /],
    [['rbind', 'rro'], /^ro,relatime /, /^ro,relatime /],
    [['rbind', 'rro', 'rrw', 'rw'], /^rw,relatime /, /^rw,relatime /],
    [
      ['rbind', 'rnosuid', 'rnodev', 'rnoexec'],
      /^rw,nosuid,nodev,noexec,relatime /,
      /^rw,nosuid,nodev,noexec,relatime /,
    ],
    [['rbind', 'rnoatime', 'rnodiratime'], /^rw,noatime,nodiratime /, /^rw,noatime,nodiratime /],
    [['rbind', 'rstrictatime', 'rnosymfollow'], /^rw,nosymfollow /, /^rw,nosymfollow /],
    [['rbind', 'rshared'], /^rw,relatime shared:\d+ /, /^rw,relatime shared:\d+ /],
    [['rbind', 'rslave'], /^rw,relatime master:\d+ /, /^rw,relatime master:\d+ /],
    [['rbind', 'private'], /^rw,relatime tmpfs/, /^rw,relatime master:\d+ /],
    [['rbind', 'runbindable'], /^rw,relatime unbindable /, /^rw,relatime unbindable /],
  ])('takes %j, for itself and for what is mounted below', async (options, top, below) => {
    const said = await outputOf(
      add({ destination: '/n', source: tree, options }),
      `${OPTIONS_OF('/n')}; echo; ${OPTIONS_OF('/n/below')}`,
    );
    const [first, second] = said.split('\n\n');
    expect(first).toMatch(top);
    expect(second?.trim() ?? '').toMatch(below);
  });

  test('is refused with words for a file system, before anything is touched', async () => {
    const { code, stderr } = await bundle.run(add({ destination: '/n', source, options: ['bind', 'size=1m'] }), 'true');
    expect(code).toBe(125);
    expect(stderr).toMatch(/\n {2}mounts\[3\]\.options\[1\]: "size=1m" is no option of a bind mount\n$/);
  });

  test('may have a source that is relative to the bundle', async () => {
    writeFileSync(join(bundle.path, 'note'), 'from the bundle\n');
    expect(await outputOf(add({ destination: '/note', source: 'note', options: ['bind'] }), 'cat /note')).toBe(
      'from the bundle\n',
    );
  });

  test('shows on the host what the container mounts below it, if it is shared', async () => {
    const change: Change = (spec) => {
      add({ destination: '/n', source: tree, options: ['rbind', 'rshared'] })(spec);
    };
    const { code } = await bundle.run(change, 'mkdir -p /n/new && mount -t tmpfs new /n/new && touch /n/new/here');
    expect(code).toBe(0);
    expect(spawnSync('ls', [join(tree, 'new')], { encoding: 'utf8' }).stdout).toBe('here\n');
    onHost('umount', join(tree, 'new'));
  });
});

test('in a user namespace may have a source that only the host’s root reaches', async () => {
  const hidden = scratch('hidden');
  mkdirSync(join(hidden, 'inside'));
  writeFileSync(join(hidden, 'inside/file'), 'reached\n');
  chmodSync(hidden, 0o700);
  mkdirSync(join(bundle.rootfs, 'n'), { recursive: true });
  const change: Change = (spec) => {
    const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    spec.linux?.namespaces?.push({ type: 'user' });
    Object.assign(spec.linux ?? {}, { uidMappings: map, gidMappings: map });
    add({ destination: '/n', source: join(hidden, 'inside'), options: ['bind', 'ro'] })(spec);
  };
  expect(await outputOf(change, 'cat /n/file; touch /n/x 2>&1; true')).toMatch(/^reached\n.*Read-only file system\n$/);
});

describe('an id-mapped mount', () => {
  const map = (containerID: number, hostID: number) => [{ containerID, hostID, size: 65_536 }];
  const owners = 'ls -ln /n | tail -n +2 | while read -r _ _ user group _ _ _ _ name; do echo $name $user $group; done';
  const userNamespace: Change = ({ linux = {} }) => {
    linux.namespaces?.push({ type: 'user' });
    linux.uidMappings = linux.gidMappings = map(0, 100_000);
  };

  test('shows other owners, and gives new files the real ones', async () => {
    const mapped = {
      destination: '/n',
      source,
      options: ['bind', 'idmap'],
      uidMappings: map(0, 5),
      gidMappings: map(0, 7),
    };
    expect(await outputOf(add(mapped), owners)).toMatch(/^mine 5 7$/m);
  });

  test('takes the map of the container, in whose user namespace it is undone', async () => {
    onHost('chown', '-R', '100000:100000', bundle.rootfs);
    mkdirSync(join(bundle.rootfs, 'n'), { recursive: true });
    const change: Change = (spec) => {
      userNamespace(spec);
      add({ destination: '/n', source, options: ['bind', 'idmap'] })(spec);
    };
    const said = await outputOf(change, `touch /n/new; ${owners}`);
    onHost('chown', '-R', '0:0', bundle.rootfs);
    expect(said).toBe('mine 0 0\nnew 0 0\ntheirs 65534 65534\n');
    expect(spawnSync('stat', ['-c', '%u', join(source, 'new')], { encoding: 'utf8' }).stdout).toBe('0\n');
  });

  test('by idmap alone leaves out what is mounted below, by ridmap takes it in', async () => {
    writeFileSync(join(tree, 'below/file'), '');
    const line = 'stat -c %u /n/below/file';
    const mapped = (word: string) => ({
      destination: '/n',
      source: tree,
      options: ['rbind', word],
      uidMappings: map(0, 5),
      gidMappings: map(0, 5),
    });
    expect(await outputOf(add(mapped('idmap')), line)).toBe('0\n');
    expect(await outputOf(add(mapped('ridmap')), line)).toBe('5\n');
  });

  test('is refused for a file system that cannot do it', async () => {
    const { code, stderr } = await bundle.run(
      add({
        destination: '/n',
        source: '/proc/fs',
        options: ['bind', 'idmap'],
        uidMappings: map(0, 5),
        gidMappings: map(0, 5),
      }),
      'true',
    );
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /^slipway: the ids of \/proc\/fs cannot be mapped: its file system, or one below, cannot map ids/,
    );
  });
});

describe("the host's /proc", () => {
  test('may take the place of the container’s, as engines write it for --pid=host', async () => {
    const change: Change = (spec) => {
      spec.linux = { ...spec.linux, namespaces: spec.linux?.namespaces?.filter(({ type }) => type !== 'pid') ?? [] };
      spec.mounts = [
        { destination: '/proc', type: 'bind', source: '/proc', options: ['rbind', 'nosuid', 'rw', 'rprivate'] },
        ...(spec.mounts ?? []).slice(1),
      ];
    };
    expect(await outputOf(change, 'test -e /proc/1/comm && echo host')).toBe('host\n');
  });

  test('is no place for a folder that only looks like it', async () => {
    const { stderr } = await bundle.run(add({ destination: '/proc', source, options: ['bind'] }), 'true');
    expect(stderr).toMatch(/^slipway: cannot mount on \/proc: it would hide or fake what \/proc says/);
  });
});

describe('cgroups', () => {
  const cgroup: Mount = {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['rprivate', 'nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
  };
  const line = 'find /sys/fs/cgroup -name cgroup.procs | while read -r file; do echo $file $(cat $file | wc -w); done';

  test.each<[string, Change]>([
    ['with a cgroup namespace', ({ linux }) => void linux?.namespaces?.push({ type: 'cgroup' })],
    ['without one', () => {}],
  ])('are the container’s own, %s', async (_, change) => {
    const said = await outputOf((spec) => {
      change(spec);
      add(cgroup)(spec);
    }, `${line}; touch /sys/fs/cgroup/x 2>&1; true`);
    expect(said).toContain('Read-only file system');
    expect(said.match(/cgroup\.procs \d+/g)?.length).toBeGreaterThan(0);
    for (const [, count] of said.matchAll(/cgroup\.procs (\d+)/g)) expect(Number(count)).toBeLessThan(10);
  });

  test.skipIf(noRunc)('are the same hierarchies of v1 as by runc', async () => {
    const names = 'cd /sys/fs/cgroup; ls -d */ | grep -v unified; cat memory/cgroup.procs | head -1';
    expect(await outputOf(add(cgroup), names)).toBe(bundle.runc(add(cgroup), names).stdout);
  });
});
