// What podman really writes: its runtime is a script here that gives each config.json to `run --config` as it is.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BundleFolder, makeBundle } from '../bundles.ts';
import { homeOf, SLIPWAY, scratch } from '../slipway.ts';

const noPodman = spawnSync('podman', ['--version']).error && 'podman is not installed (Debian: apt install podman)';
if (noPodman) console.warn(`SKIPPED, what podman writes: ${noPodman}`);

describe.skipIf(noPodman)('podman', () => {
  let bundle: BundleFolder;
  let folder: string;

  beforeAll(async () => {
    bundle = await makeBundle();
    folder = scratch('podman');
    writeFileSync(join(folder, 'runtime'), RUNTIME);
    chmodSync(join(folder, 'runtime'), 0o755);
    writeFileSync(join(folder, 'file'), 'shared');
  });

  afterAll(() => {
    podman('rm', '-fa');
    spawnSync('umount', ['-R', join(folder, 'store')]);
  });

  /** The runtime of podman: runs the bundle by Slipway, and fails then, so that podman takes it for never started. */
  const RUNTIME = `#!/bin/sh
for word; do
  case $before in --bundle | -b) bundle=$word ;; esac
  [ "$word" = create ] && verb=create
  before=$word
done
here=$(dirname "$0")
if [ "$verb" = create ]; then
  . "$here/environment"
  "$SLIPWAY" run --rm --config "$bundle" > "$here/out" 2> "$here/err" < /dev/null
  echo "exit $?" >> "$here/out"
fi
exit 1
`;

  function podman(...args: string[]) {
    const places = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
    const flags = ['--cgroup-manager', 'cgroupfs', '--runtime', join(folder, 'runtime')];
    return spawnSync('podman', [...places, ...flags, ...args], { encoding: 'utf8' });
  }

  /** What the program said and how it ended. */
  function run(flags: readonly string[], line: string): { out: string; err: string } {
    const variables = { ...homeOf(), SLIPWAY, PATH: process.env.PATH };
    const text = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(join(folder, 'environment'), text.join(''));
    for (const name of ['out', 'err']) rmSync(join(folder, name), { force: true });
    const { stderr } = podman('run', '--rm', ...flags, '--rootfs', bundle.rootfs, 'sh', '-c', line);
    if (!existsSync(join(folder, 'out'))) throw new Error(`podman did not come as far as its runtime: ${stderr}`);
    return { out: readFileSync(join(folder, 'out'), 'utf8'), err: readFileSync(join(folder, 'err'), 'utf8') };
  }

  /** A machine may not let root raise limits: that alone may be complained of. */
  const complaints = (err: string) =>
    err.split('\n').filter((line) => line !== '' && !line.includes('CAP_SYS_RESOURCE'));

  const none = ['--network', 'none'];
  test.each<[string, string[], string, string]>([
    ['without a word', none, 'ls /dev/fd > /dev/null && echo fine', 'fine\n'],
    [
      '--privileged',
      [...none, '--privileged'],
      'grep CapBnd /proc/self/status > /dev/null; test -e /dev/vda && echo all',
      'all\n',
    ],
    [
      '--read-only',
      [...none, '--read-only', '--tmpfs', '/t:size=1m'],
      'touch /tmp/a /t/a && ! touch /a 2>/dev/null && echo ro',
      'ro\n',
    ],
    [
      'the host’s namespaces',
      ['--pid', 'host', '--ipc', 'host', '--uts', 'host', '--network', 'host'],
      'test -e /proc/1/comm && echo host',
      'host\n',
    ],
    ['--uidmap', [...none, '--uidmap', '0:100000:65536'], 'tr -s " " < /proc/self/uid_map', ' 0 100000 65536\n'],
    [
      '--uidmap and the host’s processes',
      ['--pid', 'host', '--network', 'host', '--uidmap', '0:100000:65536'],
      'id -u',
      '0\n',
    ],
    [
      'a cgroup namespace',
      [...none, '--cgroupns', 'private'],
      'grep -c "^[0-9]*:memory:/$\\|^0::/$" /proc/self/cgroup',
      '2\n',
    ],
    [
      'limits',
      [...none, '-m', '64m', '--cpus', '0.5', '--pids-limit', '20', '--oom-score-adj', '100'],
      'cat /proc/self/oom_score_adj',
      '100\n',
    ],
    [
      'volumes of all kinds',
      [...none, '-v', 'FOLDER:/a:ro,z', '-v', 'FOLDER:/b:rslave', '-v', 'named:/c', '-v', 'FOLDER:/d:O'],
      'cat /a/file /b/file /d/file; touch /c/x /d/x',
      'sharedsharedshared',
    ],
    [
      'mounts of all kinds',
      [
        ...none,
        '--mount',
        'type=tmpfs,destination=/m,tmpfs-size=1m,tmpfs-mode=1777',
        '--mount',
        'type=bind,src=FOLDER,dst=/b,ro,relabel=shared',
        '--mount',
        'type=devpts,destination=/p',
      ],
      'stat -c %a /m; cat /b/file',
      '1777\nshared',
    ],
    [
      'a device',
      [...none, '--device', '/dev/fuse'],
      'stat -c %t:%T /dev/fuse; : < /dev/fuse && echo open',
      'a:e5\nopen\n',
    ],
    [
      'a user',
      [...none, '--user', '1000:1000', '--group-add', '5', '--umask', '077', '--workdir', '/tmp', '-e', 'A=1'],
      'id -u; umask; pwd; echo $A',
      '1000\n0077\n/tmp\n1\n',
    ],
    [
      'settings of the kernel',
      [...none, '--sysctl', 'net.ipv4.ip_forward=1'],
      'cat /proc/sys/net/ipv4/ip_forward',
      '1\n',
    ],
    [
      'no protection',
      [...none, '--security-opt', 'seccomp=unconfined', '--security-opt', 'unmask=ALL', '--cap-add', 'all'],
      'grep Seccomp: /proc/self/status | cut -f2',
      '0\n',
    ],
    ['systemd', [...none, '--systemd', 'always'], 'test -d /run/lock && echo ready', 'ready\n'],
    [
      'no new privileges',
      [...none, '--security-opt', 'no-new-privileges'],
      'grep NoNewPrivs /proc/self/status | cut -f2',
      '1\n',
    ],
  ])('%s is taken as it is written', (_, flags, line, wanted) => {
    const { out, err } = run(
      flags.map((flag) => flag.replace('FOLDER', folder)),
      line,
    );
    expect({ out, complaints: complaints(err) }).toEqual({ out: `${wanted}exit 0\n`, complaints: [] });
  });
});
