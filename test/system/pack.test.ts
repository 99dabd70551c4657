// `npm run pack`: what is in the archive runs on a machine that has nothing else: no npm, no node, no network, an empty home,
// and a folder that cannot be written.

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { lessonNames } from '../../src/learn/lesson.ts';
import { SLIPWAY, scratch } from './slipway.ts';
import { Tmux } from './tmux.ts';
import { ordinaryUser, type User } from './users.ts';

const REPOSITORY = dirname(SLIPWAY);
const folder = scratch('pack');
const stick = join(folder, 'stick');

let archive = '';
let packed = '';

beforeAll(() => {
  const words = ['run', '--silent', 'pack', '--', folder];
  archive = execFileSync('npm', words, { cwd: REPOSITORY, encoding: 'utf8' }).trim();
  mkdirSync(stick);
  execFileSync('tar', ['-xzf', archive, '-C', stick]);
  packed = join(stick, readdirSync(stick)[0] as string);
});

/** Begins a view of the machine as such a laptop has it: `stick` is read-only, and /usr/bin has no node and no npm. */
function bareMachine(): string {
  const over = scratch('over');
  return `set -e
    mount -t tmpfs none ${over}; mkdir ${over}/upper ${over}/work
    mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=${over}/upper,workdir=${over}/work /usr/bin
    rm -f /usr/bin/node /usr/bin/nodejs /usr/bin/npm /usr/bin/npx
    mount --bind ${stick} ${stick}
    mount -o remount,bind,ro,nosuid,nodev ${stick}`;
}

function environment(home: string): string[] {
  const store = { SLIPWAY_ROOT: join(home, 'root'), SLIPWAY_RUN: join(home, 'run') };
  const all = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: home, ...store };
  return ['env', '-i', ...Object.entries(all).map(([name, value]) => `${name}=${value}`)];
}

function be(user: User | undefined): string[] {
  return user === undefined ? [] : ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
}

/** Runs a command line of the unpacked Slipway there. */
function run(script: string, home: string, user?: User) {
  const words = [...be(user), ...environment(home), 'sh', '-c', script];
  const whole = `${bareMachine()}\ncd ${packed}\nexec "$@"`;
  return spawnSync('unshare', ['--mount', '--net', 'sh', '-c', whole, 'sh', ...words], { encoding: 'utf8' });
}

test('the archive is named for its version and machine, and FAT can hold what is in it', () => {
  expect(basename(archive)).toMatch(/^slipway-\d+\.\d+\.\d+-(x64|arm64)\.tar\.gz$/);
  const lines = execFileSync('tar', ['-tvzf', archive], { encoding: 'utf8', maxBuffer: 16 << 20 })
    .trim()
    .split('\n');
  expect([...new Set(lines.map((line) => line[0]))].sort()).toEqual(['-', 'd']);
  const names = lines.map((line) => line.split(/\s+/).slice(5).join(' ').toLowerCase());
  expect(names.length).toBe(new Set(names).size);
  expect(names.filter((name) => /\/(vitest|typescript|@biomejs|zx)\//.test(name))).toEqual([]);
});

test('V8 takes the code that was compiled ahead', () => {
  const probe = join(scratch('probe'), 'probe.cjs');
  const says = 'if (options?.cachedData) console.error(this.cachedDataRejected ? "refused" : "taken");';
  const script = `class extends vm.Script { constructor(text, options) { super(text, options); ${says} } }`;
  writeFileSync(probe, `const vm = require('node:vm'); vm.Script = ${script};`);
  const start = (command: string) => run(`NODE_OPTIONS="--require ${probe}" ${command}`, scratch('h'));
  expect(start('./slipway version').stderr).toBe('taken\n');
  expect(start('./slipway-oci --version').stderr).toBe('taken\n');
});

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('on a bare machine, as %s', (_, user) => {
  test('the first command of the README runs', () => {
    const command = './slipway run --rm box sh -c "hostname; ps; id; ls /"';
    const { stdout, stderr, status } = run(
      `command -v node npm; touch here 2>/dev/null || ${command}`,
      scratch('h', user),
      user,
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^[0-9a-f]{12}\n/);
    expect(stdout).toContain('uid=0(root)');
  });

  test('an exercise is laid out, fails, and passes when it is solved', () => {
    const home = scratch('h', user);
    const begin = run(`./slipway init ${home}/course && cd ${home}/course && ${packed}/slipway check 2`, home, user);
    expect(begin.stdout).toContain('✗');
    expect(begin.status).toBe(1);
    const solve = `cp ${packed}/lessons/02-chroot/solution.ts 02-chroot/exercise.ts`;
    const end = run(`cd ${home}/course && ${solve} && ${packed}/slipway check 2`, home, user);
    expect(end.stdout).not.toContain('✗');
    expect(end.status).toBe(0);
  });
});

test('the course opens as it was joined ahead', async () => {
  const home = scratch('h');
  const script = join(folder, 'open.sh');
  const words = [...environment(home), 'TERM=$TERM', 'LANG=C.UTF-8', './slipway'];
  writeFileSync(script, `${bareMachine()}\ncd ${packed}\n${words.join(' ')}\necho "it ended with $?"\n`);
  await using terminal = new Tmux({ home });
  await terminal.shows('shell>');
  terminal.type(`unshare --mount --net sh ${script}\n`);
  await terminal.shows('lessons done');
  terminal.press('q');
  await terminal.shows('it ended with 0');
  expect(existsSync(join(home, '.cache/slipway/course.mjs'))).toBe(false);
});

test('an editor knows the functions of the engine', () => {
  const workspace = join(scratch('h'), 'course');
  execFileSync(join(packed, 'slipway'), ['init', workspace]);
  const lessons = lessonNames().filter((lesson) => existsSync(join(workspace, lesson, 'exercise.ts')));
  for (const lesson of lessons) {
    copyFileSync(join(packed, 'lessons', lesson, 'solution.ts'), join(workspace, lesson, 'exercise.ts'));
  }
  const { stdout } = spawnSync(join(REPOSITORY, 'node_modules/.bin/tsc'), ['--noEmit', '-p', workspace], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(lessons).toContain('02-chroot');
});
