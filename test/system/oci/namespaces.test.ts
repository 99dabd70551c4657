// config.json's `linux.namespaces`, with the clocks and the root's propagation.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NamespaceType } from '../../../src/oci.ts';
import { type BundleFolder, type Change, makeBundle } from '../bundles.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';

let bundle: BundleFolder;

beforeAll(async () => {
  bundle = await makeBundle();
});

const outputOf: BundleFolder['outputOf'] = (...words) => bundle.outputOf(...words);

const byPath =
  (paths: Partial<Record<NamespaceType, string>>): Change =>
  ({ linux }) => {
    for (const [type, path] of Object.entries(paths)) {
      const namespace = linux?.namespaces?.find((each) => each.type === type);
      if (namespace) namespace.path = path;
      else linux?.namespaces?.push({ type: type as NamespaceType, path });
    }
  };

const FILES = { network: 'net', ipc: 'ipc', uts: 'uts', pid: 'pid' } as const;
const ofProcess = (pid: number | 'self') =>
  byPath(Object.fromEntries(Object.entries(FILES).map(([type, file]) => [type, `/proc/${pid}/ns/${file}`])));
const line = Object.values(FILES)
  .map((file) => `readlink /proc/self/ns/${file}`)
  .join('; ');
const ownNames = Object.values(FILES).map(
  (file) => spawnSync('readlink', [`/proc/self/ns/${file}`], { encoding: 'utf8' }).stdout,
);

test('by path are joined, and a host name is set in a joined one', async () => {
  const other = spawnSync('unshare', ['--net', '--ipc', '--uts', 'sh', '-c', 'sleep 60 >/dev/null 2>&1 & echo $!'], {
    encoding: 'utf8',
  });
  const pid = Number(other.stdout);
  const names = ['net', 'ipc', 'uts'].map(
    (file) => spawnSync('readlink', [`/proc/${pid}/ns/${file}`], { encoding: 'utf8' }).stdout,
  );
  try {
    const said = await outputOf((spec) => {
      byPath({ network: `/proc/${pid}/ns/net`, ipc: `/proc/${pid}/ns/ipc`, uts: `/proc/${pid}/ns/uts` })(spec);
      spec.hostname = 'joined';
    }, `readlink /proc/self/ns/net; readlink /proc/self/ns/ipc; readlink /proc/self/ns/uts; hostname`);
    expect(said).toBe(`${names.join('')}joined\n`);
  } finally {
    process.kill(pid);
  }
});

test('that we are in already are joined without harm', async () => {
  expect(
    await outputOf((spec) => {
      ofProcess('self')(spec);
      byPath({ user: '/proc/self/ns/user', cgroup: '/proc/self/ns/cgroup', time: '/proc/self/ns/time' })(spec);
    }, line),
  ).toBe(ownNames.join(''));
});

test('of another kind are refused, each by its place, before anything is touched', async () => {
  const { code, stderr } = await bundle.run(
    byPath({ ipc: '/proc/self/ns/net', uts: '/etc/passwd', pid: '/no/such' }),
    'true',
  );
  expect(code).toBe(125);
  expect(stderr.split('\n').slice(1)).toEqual([
    '  linux.namespaces[0].path: openat(AT_FDCWD, "/no/such", O_RDONLY|O_CLOEXEC): no such file or directory (ENOENT)',
    '  linux.namespaces[1].path: /proc/self/ns/net is not a ipc namespace',
    '  linux.namespaces[2].path: /etc/passwd is no namespace at all',
    '',
  ]);
});

test('of a user and its network are joined, with an id map that is the user namespace’s', async () => {
  const shell = 'sleep 60 >/dev/null 2>&1 & echo $!';
  const pid = Number(spawnSync('unshare', ['--user', '--net', 'sh', '-c', shell], { encoding: 'utf8' }).stdout);
  for (const file of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${file}`, '0 100000 65536');
  const source = scratch('source');
  writeFileSync(join(source, 'file'), '');
  spawnSync('chown', ['-R', '100000:100000', bundle.rootfs]);
  try {
    const said = await outputOf((spec) => {
      byPath({ user: `/proc/${pid}/ns/user`, network: `/proc/${pid}/ns/net` })(spec);
      spec.mounts?.push({ destination: '/m', source, options: ['bind', 'idmap'] });
    }, 'tr -s " " < /proc/self/uid_map; id -u; stat -c %u /m/file; readlink /proc/self/ns/net');
    const network = spawnSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }).stdout;
    expect(said).toBe(` 0 100000 65536\n0\n0\n${network}`);
  } finally {
    process.kill(pid);
    spawnSync('chown', ['-R', '0:0', bundle.rootfs]);
  }
});

test('user by path keeps its own maps, which the file may repeat', async () => {
  const maps = [{ containerID: 0, hostID: 0, size: 4_294_967_295 }];
  const said = await outputOf((spec) => {
    byPath({ user: '/proc/self/ns/user' })(spec);
    Object.assign(spec.linux ?? {}, { uidMappings: maps, gidMappings: maps });
  }, 'cat /proc/self/uid_map');
  expect(said.trim().split(/\s+/)).toEqual(['0', '0', '4294967295']);
});

test('time has clocks of its own', async () => {
  const said = await outputOf(({ linux = {} }) => {
    linux.namespaces?.push({ type: 'time' });
    linux.timeOffsets = { monotonic: { secs: 172_800 }, boottime: { secs: 604_800, nanosecs: 5 } };
  }, 'cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime');
  const words = said.split(/\s+/);
  expect(words.slice(0, 6)).toEqual(['monotonic', '172800', '0', 'boottime', '604800', '5']);
  expect(Number(words[6])).toBeGreaterThan(604_800);
});

describe("the root's propagation", () => {
  const to =
    (rootfsPropagation: string): Change =>
    ({ linux }) =>
      void Object.assign(linux ?? {}, { rootfsPropagation });
  const root = 'grep " / / " /proc/self/mountinfo || grep " / rw" /proc/self/mountinfo';

  test.each([
    ['private', /^(?!.*(shared|master|unbindable))/],
    ['shared', / shared:\d+/],
    ['unbindable', / unbindable/],
  ])('%s is so', async (word, wanted) => {
    expect((await outputOf(to(word), root)).split(' - ')[0]).toMatch(wanted);
  });

  test.each([
    ['slave', 'seen'],
    ['private', 'hidden'],
  ])('%s: what the host mounts below later is %s', async (word, outcome) => {
    const place = join(bundle.rootfs, 'later');
    mkdirSync(place, { recursive: true });
    const onHost = (...[program = '', ...args]: string[]) =>
      expect(spawnSync(program, args, { encoding: 'utf8' }).stderr).toBe('');
    onHost('mount', '--bind', bundle.rootfs, bundle.rootfs);
    onHost('mount', '--make-shared', bundle.rootfs);
    try {
      await using container = bundle.start(to(word), 'echo ready; read -r _; ls /later; echo done', ['-i']);
      await container.says('ready');
      onHost('mount', '-t', 'tmpfs', 'later', place);
      onHost('touch', join(place, 'seen'));
      container.child.stdin.end('\n');
      await until('the container to end', () => container.stdout.includes('done'));
      expect(container.stdout.includes('seen')).toBe(outcome === 'seen');
      onHost('umount', place);
    } finally {
      spawnSync('umount', ['-R', bundle.rootfs]);
    }
  });
});
