// A1, A3, A4, A5: from the clone to its execve a process of ours is in the container and is still node. Nobody there gets
// at its program (CVE-2019-5736), its memory, its descriptors (CVE-2016-9962) or the host's variables (CVE-2021-3602).

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, scratch, slipway, spawnOptions } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser, type User } from '../users.ts';
import { lacksStrace, parentOf, processOpening, startHeldAt } from './held.ts';
import { idle } from './idle.ts';
import { hasGcc, put, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

const repository = resolve(import.meta.dirname, '../../..');
const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const NODE = realpathSync(join(repository, `node_modules/node-linux-${arch}/bin/node`));
const KOFFI = join(repository, `node_modules/@koromix/koffi-linux-${arch}/linux_${arch}/koffi.node`);
const LOADER = arch === 'arm64' ? 'lib/ld-linux-aarch64.so.1' : 'lib64/ld-linux-x86-64.so.2';

const source = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const sums = (files = [NODE, KOFFI, SLIPWAY]) =>
  files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));

/** A root in which every way to start node ends in loader.c. */
function rootWithLoader(user?: User): string {
  const root = rootfs();
  putProgram(root, LOADER, source('loader.c'));
  put(root, 'script', '#!/proc/self/exe\n', 0o755);
  symlinkSync('/proc/self/exe', join(root, 'link'));
  if (user) spawnSync('chown', ['-Rh', `${user.uid}:${user.gid}`, root]);
  return root;
}

/** A checkout of the user's own, whose node is theirs to write and is not behind root's seal. */
function checkoutOf(user: User): string {
  const checkout = scratch('checkout', user);
  copyFileSync(SLIPWAY, join(checkout, 'slipway'));
  for (const name of ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    symlinkSync(join(repository, name), join(checkout, name));
  }
  const modules = join(repository, 'node_modules');
  mkdirSync(join(checkout, 'node_modules'));
  for (const name of readdirSync(modules)) {
    if (name.startsWith('node-linux-'))
      cpSync(join(modules, name), join(checkout, 'node_modules', name), { recursive: true });
    else symlinkSync(join(modules, name), join(checkout, 'node_modules', name));
  }
  spawnSync('chown', ['-Rh', `${user.uid}:${user.gid}`, checkout]);
  return checkout;
}

describe.runIf(hasGcc)(`A1: an image whose program is the link /proc/self/exe${WITHOUT_GCC}`, () => {
  const before = sums();

  test.each(['/proc/self/exe', '/link', '/script'])('cannot write to the node of root: %s', async (program) => {
    const { stdout } = await slipway(['run', '--rm', '--rootfs', rootWithLoader(), program]);
    expect(stdout).toMatch(/^exe .*: Read-only file system, Read-only file system\n$/);
    expect(sums()).toEqual(before);
  });

  test('cannot write to the node of root when exec starts it', async () => {
    await using _box = await idle('a1', ['--rootfs', rootWithLoader()]);
    for (const program of ['/proc/self/exe', '/script']) {
      const { stdout } = await slipway(['exec', 'a1', program]);
      expect(stdout).toMatch(/^exe .*: Read-only file system, Read-only file system\n$/);
    }
    expect(sums()).toEqual(before);
  });

  test('does not start the node of an ordinary user, which is theirs to write', () => {
    const user = ordinaryUser();
    const checkout = checkoutOf(user);
    const root = rootWithLoader(user);
    const run = (...args: string[]) => {
      const options = { ...spawnOptions({ user }), encoding: 'utf8' } as const;
      return spawnSync(join(checkout, 'slipway'), ['run', '--rm', '--rootfs', root, ...args], options);
    };
    expect(run('echo', 'it works')).toMatchObject({ status: 0, stdout: 'it works\n' });
    for (const program of ['/proc/self/exe', '/link', '/script']) {
      const { status, stdout } = run(program, '--version');
      expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    }
    // What fails behind the springboard is told as ever.
    put(root, 'no-interpreter', '#!/nowhere\n', 0o755);
    put(root, 'nonsense', 'nonsense', 0o755);
    expect(run('/no-interpreter')).toMatchObject({
      status: 127,
      stderr: expect.stringContaining('execve /no-interpreter'),
    });
    expect(run('/nonsense')).toMatchObject({ status: 126, stderr: expect.stringContaining('ENOEXEC') });
  });
});

const SECRET = { TOPSECRET: 'of the host' };

/** What watch.c, in a container with these flags, has seen of the processes that a dozen execs bring in. */
async function watched(flags: string[], user?: User): Promise<Record<string, number>> {
  const root = rootfs(user);
  putProgram(root, 'watch', source('watch.c'));
  const options = { user, env: SECRET };
  const box = await idle('watched', [...flags, '--rootfs', root], options, { program: '/watch' });
  for (let round = 0; round < 4; round++) {
    const execs = [1, 2, 3].map(() => slipway(['exec', 'watched', 'true'], options));
    for (const { code } of await Promise.all(execs)) expect(code).toBe(0);
  }
  await box[Symbol.asyncDispose]();
  return JSON.parse(box.started.stdout.slice('ready\n'.length));
}

const NOTHING = { env: 0, args: 0, maps: 0, mem: 0, folders: 0, exe: 0, wrote: 0 };

describe.runIf(hasGcc)(`A1, A3, A4, A5: during a dozen execs${WITHOUT_GCC}`, () => {
  const before = sums();

  test.each([
    ['root', [], undefined],
    ['root with no seccomp filter', ['--security-opt', 'seccomp=unconfined'], undefined],
    ['root in a user namespace', ['--userns', 'private'], undefined],
    ['an ordinary user', [], ordinaryUser()],
    [
      'an ordinary user with all capabilities',
      ['--cap-add', 'ALL', '--security-opt', 'seccomp=unconfined'],
      ordinaryUser(),
    ],
  ])("a container of %s sees nothing of the host's", async (_, flags, user) => {
    const { met, ...seen } = await watched(flags, user);
    expect(met).toBeGreaterThan(5);
    expect(seen).toEqual(NOTHING);
    expect(sums()).toEqual(before);
  });

  // With CAP_SYS_PTRACE one may look into every process in sight, as with Docker. What there is to see is little.
  test('a container with CAP_SYS_PTRACE finds no variable of the host, and no program that it could write to', async () => {
    const { met, env, args, wrote } = await watched(['--cap-add', 'SYS_PTRACE']);
    expect(met).toBeGreaterThan(5);
    expect({ env, args, wrote }).toEqual({ env: 0, args: 0, wrote: 0 });
    expect(sums()).toEqual(before);
  });
});

test.runIf(hasGcc)(
  `A5: a container shows those whose processes it shares nothing of the host${WITHOUT_GCC}`,
  async () => {
    const root = rootfs();
    putProgram(root, 'watch', source('watch.c'));
    await using box = await idle('shared', ['--rootfs', root], {}, { program: '/watch' });
    for (let round = 0; round < 5; round++) {
      const { code } = await slipway(['run', '--rm', '--pid', 'container:shared', 'box', 'true'], { env: SECRET });
      expect(code).toBe(0);
    }
    await box[Symbol.asyncDispose]();
    const { met, ...seen } = JSON.parse(box.started.stdout.slice('ready\n'.length));
    expect(met).toBeGreaterThan(5);
    // Of its command line there is a glimpse between the clone and the first thing that init does.
    expect({ ...seen, args: 0 }).toEqual(NOTHING);
  },
);

describe.skipIf(lacksStrace)('while it reads what the image says', () => {
  const PASSWD = '/etc/passwd';

  test('A5: init has forgotten what it was started with', async () => {
    const root = rootfs();
    await using _held = startHeldAt(PASSWD, ['run', '--rm', '--rootfs', root, 'true'], { env: SECRET, seconds: 60 });
    const init = await until('init to reach it', () => processOpening(PASSWD, root));
    const of = (pid: number, name: string) => readFileSync(`/proc/${pid}/${name}`, 'latin1').replaceAll('\0', '');
    expect([of(init, 'environ'), of(init, 'cmdline')]).toEqual(['', '']);
    expect(of(parentOf(init), 'environ')).toContain('TOPSECRET');
  });

  test('A4: init is looked into by nobody, and be it another root, who may not look into all', async () => {
    const prefix = ['setpriv', '--bounding-set', '-sys_ptrace'];
    const canSee = (pid: number) =>
      spawnSync('setpriv', [...prefix.slice(1), 'readlink', `/proc/${pid}/root`]).status === 0;
    const root = rootfs();
    await using _held = startHeldAt(PASSWD, ['run', '--rm', '--rootfs', root, 'true'], { prefix, seconds: 60 });
    const init = await until('init to reach it', () => processOpening(PASSWD, root));
    expect([canSee(parentOf(init)), canSee(init)]).toEqual([true, false]);
  });
});
