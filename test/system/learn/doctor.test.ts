// The doctor, on machines from which something was really taken away: in a mount or user namespace of their own.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOf, SLIPWAY, scratch, slipway, spawnOptions } from '../slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from '../users.ts';
import { hostState } from './host.ts';

interface Told {
  ok: boolean;
  questions: { name: string; state: string; seen: string; cure?: string; command?: string; lessons?: string[] }[];
  lessons: { name: string; ok: boolean; because: string[] }[];
}

interface Seen {
  code: number;
  told: Told;
  /** The answer to one question. */
  of(name: string): Told['questions'][number] | undefined;
  /** The names of what cannot be done. */
  cannot: string[];
}

function read(stdout: string, code: number): Seen {
  const told = JSON.parse(stdout) as Told;
  return {
    code,
    told,
    of: (name) => told.questions.find((question) => question.name === name),
    cannot: told.lessons.filter(({ ok }) => !ok).map(({ name }) => name),
  };
}

/** Asks it after a shell has changed its own view of the machine; `$scratch` is a tmpfs. */
function askAfter(script: string, { user, env = {} }: { user?: User; env?: Record<string, string> } = {}): Seen {
  const folder = scratch('doctor');
  const be = user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--'] : [];
  const words = [...be, SLIPWAY, 'doctor', '--json', '--lang', 'en'];
  const whole = `set -e; scratch=${folder}; mount -t tmpfs -o mode=1777 x $scratch; ${script}\nexec "$@"`;
  const { stdout, status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', whole, 'sh', ...words], {
    ...spawnOptions({ env: { ...homeOf(user), ...env } }),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return read(stdout, status ?? -1);
}

/** As `rm`, of this view alone. */
function remove(path: string): string {
  const [folder, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  return `mkdir -p $scratch/${name}/upper $scratch/${name}/work
    mount -t overlay overlay -o lowerdir=${folder},upperdir=$scratch/${name}/upper,workdir=$scratch/${name}/work ${folder}
    rm ${folder}/${name}\n`;
}

const users = [
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
  ['a user with one id', userWithoutRange()],
] as const;

describe.each(users)('as %s', (_, user) => {
  test('it tells of each lesson, and leaves nothing', async () => {
    const before = hostState();
    const { SLIPWAY_ROOT } = homeOf(user);
    const { stdout, code } = await slipway(['doctor', '--json'], { user });
    const { told, of, cannot } = read(stdout, code);
    expect(code).toBe(told.ok ? 0 : 1);
    expect(told.lessons.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['01-process', '07-volumes', 'slipway run']),
    );
    expect(cannot.filter((name) => name !== '05-cgroups')).toEqual([]);
    expect(of('guard')?.state).toBe('good');
    expect(of('ids')?.state).toBe(user === undefined ? undefined : user.name === 'slipway-bare' ? 'note' : 'good');
    expect(readdirSync(join(SLIPWAY_ROOT, '..'))).toEqual([]);
    expect({ ...hostState(), mounts: [] }).toEqual({ ...before, mounts: [] }); // root's first container seals node
  });

  test('it says the same in Chinese', async () => {
    const { stdout } = await slipway(['doctor', '--lang', 'zh'], { user });
    expect(stdout).toContain('内核');
    expect(stdout).toMatch(/✓ 01-process +\p{Script=Han}/u);
  });
});

test('a program that is missing keeps from the lessons that use it', () => {
  const { code, of, cannot } = askAfter(remove('/usr/bin/ldd'));
  expect(code).toBe(1);
  expect(of('programs')).toMatchObject({ state: 'bad', command: 'apt install libc-bin' });
  expect(of('programs')?.seen).toContain('ldd (02-chroot');
  expect(cannot).toContain('02-chroot');
  expect(cannot).not.toContain('01-process');
});

test('the guard’s own program is missed by every lesson', () => {
  const { of, cannot, told } = askAfter(remove('/usr/bin/timeout'));
  expect(of('programs')?.command).toBe('apt install coreutils');
  expect(cannot).toEqual(told.lessons.map(({ name }) => name));
});

test('a place for containers that cannot hold an overlay keeps from containers, not from lessons', () => {
  const { of, cannot, code } = askAfter(
    `mkdir $scratch/l $scratch/u $scratch/w $scratch/m
    mount -t overlay overlay -o lowerdir=$scratch/l,upperdir=$scratch/u,workdir=$scratch/w $scratch/m
    export SLIPWAY_ROOT=$scratch/m/store`,
  );
  expect(of('store')).toMatchObject({ state: 'bad', lessons: ['slipway run'] });
  expect(of('store')?.seen).toContain('is on overlay');
  expect(of('store')?.command).toMatch(/^export SLIPWAY_ROOT=\/.*slipway$/);
  expect({ cannot, code }).toEqual({ cannot: ['slipway run'], code: 1 });
});

test('a place that may not be written is told', () => {
  const { of } = askAfter('', { user: ordinaryUser(), env: { SLIPWAY_ROOT: '/root/store' } });
  expect(of('store')?.seen).toBe('/root/store cannot be written (EACCES)');
});

test('newuidmap that has lost its rights is told, since every container would fail by it', () => {
  const user = ordinaryUser();
  const script = `cp /usr/bin/newuidmap $scratch/tool; chmod 755 $scratch/tool; mount --bind $scratch/tool /usr/bin/newuidmap`;
  const { of, cannot } = askAfter(script, { user });
  expect(of('ids')).toMatchObject({ state: 'bad', command: 'sudo apt install --reinstall uidmap' });
  expect(cannot).toContain('01-process');
});

test('newuidmap that is missing is worth a note', () => {
  const { of, cannot } = askAfter(remove('/usr/bin/newuidmap'), { user: ordinaryUser() });
  expect(of('ids')).toMatchObject({ state: 'note', command: 'sudo apt install uidmap' });
  expect(cannot.filter((name) => name !== '05-cgroups')).toEqual([]);
});

test('cgroups that are not mounted are missed', () => {
  const { of } = askAfter('umount -R /sys/fs/cgroup');
  expect(of('cgroups')?.seen).toContain('none is mounted');
});

test('root without CAP_SYS_ADMIN, as in a usual container, can do nothing, and is told what would help', async () => {
  const words = ['--bounding-set=-sys_admin', '--inh-caps=-all', SLIPWAY, 'doctor', '--json', '--lang', 'en'];
  const { stdout, status } = spawnSync('setpriv', words, { ...spawnOptions({}), encoding: 'utf8' });
  const { of, cannot, told } = read(stdout, status ?? -1);
  expect(of('namespaces')).toMatchObject({ state: 'bad' });
  expect(of('namespaces')?.cure).toContain('--privileged');
  expect(cannot).toEqual(told.lessons.map(({ name }) => name));
});

test('user namespaces that are switched off keep an ordinary user from everything', async () => {
  const user = ordinaryUser();
  const { stdout, code } = await inLimitedNamespace([
    ...['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--'],
    ...[SLIPWAY, 'doctor', '--json', '--lang', 'en'],
  ]);
  const { of, cannot, told } = read(stdout, code);
  expect(of('user-namespaces')).toMatchObject({
    state: 'bad',
    seen: 'switched off: user.max_user_namespaces is 0',
    command: 'sudo sysctl -w user.max_user_namespaces=15000',
  });
  expect(of('namespaces')).toBeUndefined(); // one reason is enough
  expect(cannot).toEqual(told.lessons.map(({ name }) => name));
});

/** In a user namespace with every id of the machine, in which no further one may be made. */
async function inLimitedNamespace(words: string[]): Promise<{ stdout: string; code: number }> {
  // The first shell began before it was anybody here, and so without rights; the second one is root.
  const wait = 'echo ready; read go; exec sh -c "$0" sh "$@"';
  const limit = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
  const child = spawn('unshare', ['--user', 'sh', '-c', wait, limit, ...words], {
    ...spawnOptions({ user: undefined }),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let stdout = '';
  await once(child.stdout, 'data');
  for (const kind of ['uid', 'gid']) writeFileSync(`/proc/${child.pid}/${kind}_map`, '0 0 4294967295');
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stdin.end('\n');
  const [code] = (await once(child, 'close')) as [number];
  return { stdout, code };
}
