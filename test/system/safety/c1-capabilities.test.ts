// C1, C2, C6: which capabilities a program has, and that it gets no more of them (CVE-2022-24769, CVE-2022-29162).

import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lsetxattr } from '../../../src/linux/xattr.ts';
import { slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { idle } from './idle.ts';
import { hasGcc, putProgram, rootfs, scratchSpec, WITHOUT_GCC } from './traps.ts';

/** Docker's 14, as `docker run busybox grep Cap /proc/self/status` shows them. */
const DOCKER = 0xa80425fbn;
/** What can be had on this machine at all. */
const machine = BigInt(`0x${/^CapBnd:\s+(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
const NOTHING = 0n;

const bit = (number: number) => 1n << BigInt(number);
const [SETPCAP, NET_RAW, SYS_ADMIN, SYS_TIME, SYS_MODULE] = [8, 13, 21, 25, 16].map(bit) as [
  bigint,
  bigint,
  bigint,
  bigint,
  bigint,
];
const ALL = bit(41) - 1n;

const STATUS = ['grep', '-E', '^(Cap|NoNewPrivs)', '/proc/self/status'];

/** `CapEff:\t0…` as numbers by name. */
function parse(text: string): Record<string, bigint> {
  return Object.fromEntries(
    [...text.matchAll(/^Cap(\w+):\s+(\w+)$/gm)].map(([, name, hex]) => [name, BigInt(`0x${hex}`)]),
  );
}

const sets = (bounding: bigint, effective = bounding) => ({
  Inh: NOTHING,
  Prm: effective,
  Eff: effective,
  Bnd: bounding,
  Amb: NOTHING,
});

describe("C1: a program's capabilities are Docker's", () => {
  test.each<[string, string[], Record<string, bigint>]>([
    ['of root', [], sets(DOCKER & machine)],
    ['of another user', ['-u', '1000'], sets(DOCKER & machine, NOTHING)],
    ['of another user by name', ['-u', 'nobody'], sets(DOCKER & machine, NOTHING)],
    ['of root in another group', ['-u', '0:1000'], sets(DOCKER & machine)],
    ['with one more', ['--cap-add', 'SYS_TIME'], sets((DOCKER | SYS_TIME) & machine)],
    [
      'with one more, of another user',
      ['--cap-add', 'SYS_TIME', '-u', '1000'],
      sets((DOCKER | SYS_TIME) & machine, NOTHING),
    ],
    ['with one fewer', ['--cap-drop', 'NET_RAW'], sets(DOCKER & ~NET_RAW & machine)],
    ['with none', ['--cap-drop', 'ALL'], sets(NOTHING)],
    ['with one alone', ['--cap-drop', 'ALL', '--cap-add', 'SETPCAP'], sets(SETPCAP & machine)],
    ['with all', ['--cap-add', 'ALL'], sets(machine)],
    ['with all but one', ['--cap-add', 'ALL', '--cap-drop', 'SYS_ADMIN'], sets(ALL & ~SYS_ADMIN & machine)],
    ['with no-new-privileges', ['--security-opt', 'no-new-privileges'], sets(DOCKER & machine)],
    ['without a filter', ['--security-opt', 'seccomp=unconfined'], sets(DOCKER & machine)],
    ['with --privileged', ['--privileged'], sets(machine)],
    ['with --privileged, of another user', ['--privileged', '-u', '1000'], sets(machine, NOTHING)],
  ])('%s', async (_, flags, expected) => {
    const { code, stdout } = await slipway(['run', '--rm', ...flags, 'box', ...STATUS]);
    expect(code).toBe(0);
    expect(parse(stdout)).toEqual(expected);
  });

  test.each<[string, string[], Record<string, bigint>]>([
    ['of exec', [], sets(DOCKER & machine)],
    ['of exec by another user', ['-u', '1000'], sets(DOCKER & machine, NOTHING)],
    ['of exec with --privileged', ['--privileged'], sets(machine)],
  ])('%s', async (_, flags, expected) => {
    await using _box = await idle('c1');
    const { stdout } = await slipway(['exec', ...flags, 'c1', ...STATUS]);
    expect(parse(stdout)).toEqual(expected);
  });

  test('of an ordinary user, who has them in a user namespace', async () => {
    const user = ordinaryUser();
    const status = async (...flags: string[]) =>
      parse((await slipway(['run', '--rm', ...flags, 'box', ...STATUS], { user })).stdout);
    expect(await status()).toEqual(sets(DOCKER));
    expect(await status('-u', '1000')).toEqual(sets(DOCKER, NOTHING));
    expect(await status('--cap-drop', 'ALL')).toEqual(sets(NOTHING));
    expect(await status('--privileged')).toEqual(sets(ALL));
  });
});

describe('C1: capabilities of a config.json', () => {
  const run = async (capabilities: Record<string, string[]> | undefined, user = { uid: 0, gid: 0 }) => {
    const bundle = await scratchSpec(['--rootfs', rootfs(), ...STATUS], (spec) => {
      if (capabilities) spec.process.capabilities = capabilities;
      else delete spec.process.capabilities;
      spec.process.user = user;
      spec.annotations = {};
    });
    return parse((await slipway(['run', '--rm', '--config', bundle])).stdout);
  };

  test('are none when it names none', async () => {
    expect(await run(undefined)).toEqual(sets(NOTHING));
    expect(await run({})).toEqual(sets(NOTHING));
  });

  test('are no more than the bounding set, the machine and one another allow', async () => {
    const wanted = ['CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE', 'CAP_NET_RAW'];
    const got = await run({
      bounding: ['CAP_NET_RAW'],
      effective: wanted,
      permitted: ['CAP_NET_RAW', 'CAP_SYS_RESOURCE'],
      ambient: wanted,
    });
    expect(got.Bnd).toBe(NET_RAW & machine);
    expect((got.Eff ?? ALL) & ~(got.Prm ?? 0n)).toBe(NOTHING);
    expect(got.Amb).toBe(NOTHING);
  });

  test('reach another user only where they are ambient', async () => {
    const names = ['CAP_NET_RAW'];
    const user = { uid: 1000, gid: 1000 };
    const all = { bounding: names, effective: names, permitted: names, inheritable: names };
    expect(await run(all, user)).toMatchObject({ Eff: NOTHING, Prm: NOTHING, Inh: NET_RAW });
    expect(await run({ ...all, ambient: names }, user)).toMatchObject({ Eff: NET_RAW, Prm: NET_RAW, Amb: NET_RAW });
  });
});

test('C2: what is not in the bounding set cannot be had again', async () => {
  expect(DOCKER & (SYS_ADMIN | SYS_MODULE | SYS_TIME)).toBe(NOTHING);
  const root = rootfs();
  const script = `date -s 2001-01-01 2>&1; mount -t tmpfs x /tmp 2>&1; hostname other 2>&1; chroot / ${STATUS.join(' ').replaceAll(/[()|^]/g, '\\$&')}`;
  const { stdout } = await slipway([
    'run',
    '--rm',
    '--security-opt',
    'seccomp=unconfined',
    '--rootfs',
    root,
    'sh',
    '-c',
    script,
  ]);
  expect(stdout.match(/permitted|denied/g)?.length).toBeGreaterThanOrEqual(3);
  expect(parse(stdout).Bnd).toBe(DOCKER & machine);
});

const WHOAMI = `
  #include <stdio.h>
  #include <unistd.h>
  int main(void) { printf("%d %d\\n", getuid(), geteuid()); return 0; }`;

/** struct vfs_cap_data of version 2, with one capability that is effective at once (setcap cap_net_raw+ep). */
function fileCapability(number: number): Buffer {
  const data = Buffer.alloc(20);
  data.writeUInt32LE(0x02000001, 0);
  data.writeUInt32LE(1 << number, 4);
  return data;
}

describe.runIf(hasGcc)(`C6: a set-uid program of the image${WITHOUT_GCC}`, () => {
  const root = hasGcc ? rootfs() : '';
  if (hasGcc) {
    putProgram(root, 'bin/reveal', WHOAMI);
    putProgram(root, 'bin/ping', WHOAMI);
    chmodSync(join(root, 'bin/reveal'), 0o4755);
    lsetxattr(join(root, 'bin/ping'), 'security.capability', fileCapability(13));
  }
  const run = async (...args: string[]) => (await slipway(['run', '--rm', '--rootfs', root, ...args])).stdout;

  test('makes another user root of the container, as with Docker', async () => {
    expect(await run('-u', '1000', 'reveal')).toBe('1000 0\n');
    expect(await run('-u', '1000', 'sh', '-c', 'reveal')).toBe('1000 0\n');
  });

  test('makes nobody root with no-new-privileges', async () => {
    const flags = ['--security-opt', 'no-new-privileges', '-u', '1000'];
    expect(await run(...flags, 'reveal')).toBe('1000 1000\n');
    expect(await run(...flags, 'sh', '-c', 'reveal')).toBe('1000 1000\n');
    expect(await run(...flags, 'grep', 'NoNewPrivs', '/proc/self/status')).toBe('NoNewPrivs:\t1\n');
    expect(await run('grep', 'NoNewPrivs', '/proc/self/status')).toBe('NoNewPrivs:\t0\n');
  });

  test('makes nobody root with no-new-privileges by exec', async () => {
    await using _box = await idle('c6', ['--security-opt', 'no-new-privileges', '--rootfs', root]);
    expect((await slipway(['exec', '-u', '1000', 'c6', 'reveal'])).stdout).toBe('1000 1000\n');
  });

  test('gives no capability that is not in the bounding set', async () => {
    const script = 'reveal >/dev/null; exec reveal';
    expect(await run('--cap-drop', 'ALL', '-u', '1000', 'sh', '-c', script)).toBe('1000 0\n');
    // The kernel runs no program whose capabilities it cannot all grant.
    const { code } = await slipway(['run', '--rm', '--rootfs', root, '--cap-drop', 'NET_RAW', '-u', '1000', 'ping']);
    expect(code).toBe(126);
  });

  test('is filtered like any other', async () => {
    expect(
      await run('-u', '1000', '--security-opt', 'no-new-privileges', 'sh', '-c', 'unshare -m true 2>&1'),
    ).toContain('permitted');
    expect(await run('grep', 'Seccomp:', '/proc/self/status')).toBe('Seccomp:\t2\n');
    expect(await run('--security-opt', 'no-new-privileges', 'grep', 'Seccomp:', '/proc/self/status')).toBe(
      'Seccomp:\t2\n',
    );
  });
});
