// `cp` by Docker's rules: what becomes of files, folders and links in both directions, running or not.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { O_WRONLY } from '../../../src/linux/constants.ts';
import { isMissing } from '../../linux/missing.ts';
import { homeOf, SLIPWAY, scratch, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';

const here = scratch('here');
const cp = (...words: string[]) => slipway(['cp', ...words], { cwd: here });
const done = { code: 0, stdout: '', stderr: '' };
const failed = (sentence: string) => ({ code: 1, stdout: '', stderr: `slipway: ${sentence}\n` });
/** What the container has: its output, from `sh -c`. */
const look = async (script: string) => (await slipway(['exec', 'up', 'sh', '-c', script])).stdout;

const NAMES = { up: 'sleep 1000', off: 'true' };

beforeAll(async () => {
  const make =
    'mkdir -p /src/sub /dst; echo one >/src/one; echo two >/src/sub/two; ln -s one /src/link; ln -s /src /folder;';
  for (const [name, last] of Object.entries(NAMES)) {
    await slipway([
      'run',
      '-d',
      '--name',
      name,
      '-v',
      '/vol',
      'box',
      'sh',
      '-c',
      `${make} echo kept >/vol/file; exec ${last}`,
    ]);
  }
  await slipway(['wait', 'off']);
  mkdirSync(join(here, 'tree/sub'), { recursive: true });
  writeFileSync(join(here, 'file'), 'text');
  writeFileSync(join(here, 'tree/a'), 'A', { mode: 0o640 });
  writeFileSync(join(here, 'tree/sub/b'), 'B');
  symlinkSync('a', join(here, 'tree/link'));
  symlinkSync('tree', join(here, 'tree-link'));
  symlinkSync('file', join(here, 'file-link'));
});
afterAll(() => slipway(['rm', '-f', '-v', ...Object.keys(NAMES), 'readonly', 'mapped', 'cut']));

describe('from a container', () => {
  test.each(Object.keys(NAMES))('%s come a file, a folder, its content, and what is in a volume', async (name) => {
    const to = (path: string) => join(here, name, path);
    mkdirSync(to('.'));
    expect(await cp(`${name}:/src/one`, to('new'))).toEqual(done);
    expect(readFileSync(to('new'), 'utf8')).toBe('one\n');
    expect(await cp(`${name}:src/sub/two`, to('new'))).toEqual(done); // over a file
    expect(readFileSync(to('new'), 'utf8')).toBe('two\n');
    expect(await cp(`${name}:/src`, to('made'))).toEqual(done);
    expect(await cp(`${name}:/src`, to('made/'))).toEqual(done); // into a folder
    expect(readdirSync(to('made')).sort()).toEqual(['link', 'one', 'src', 'sub']);
    expect(await cp(`${name}:/src/.`, to(''))).toEqual(done); // what is in it
    expect(readFileSync(to('sub/two'), 'utf8')).toBe('two\n');
    expect(readlinkSync(to('link'))).toBe('one');
    expect(await cp(`${name}:/vol`, to(''))).toEqual(done);
    expect(readFileSync(to('vol/file'), 'utf8')).toBe('kept\n');
  });

  test('a link comes as a link, with -L what it points to', async () => {
    expect(await cp('up:/src/link', 'as-link')).toEqual(done);
    expect(readlinkSync(join(here, 'as-link'))).toBe('one');
    expect(await cp('-L', 'up:/src/link', '.')).toEqual(done);
    expect(readFileSync(join(here, 'link'), 'utf8')).toBe('one\n');
    expect(await cp('up:/folder/', '.')).toEqual(done); // the slash follows it too
    expect(readdirSync(join(here, 'folder')).sort()).toEqual(['link', 'one', 'sub']);
  });

  test('as an archive, which GNU tar reads', async () => {
    const { code, stdout } = await cp('up:/src', '-');
    expect(code).toBe(0);
    const list = spawnSync('tar', ['-t'], { input: stdout, encoding: 'utf8' });
    expect(list).toMatchObject({ status: 0, stderr: '', stdout: 'src/\nsrc/link\nsrc/one\nsrc/sub/\nsrc/sub/two\n' });
  });

  test.each([
    [['up:/nosuch', '.'], 'Could not find the file /nosuch in container up'],
    [['up:/src/one/', '.'], '/src/one/: not a directory'],
    [['up:/src', 'file'], 'cannot copy directory'],
    [['up:/src/one', 'nosuch/'], 'no such directory'],
    [['up:/src/one', 'nosuch/x'], `invalid output path: directory "${here}/nosuch" does not exist`],
    [['nosuch:/x', '.'], 'no such container: nosuch. `slipway ps -a` lists those there are'],
    [['up:/a', 'off:/b'], 'copying between containers is not supported'],
    [['a', 'b'], 'must specify at least one container source'],
    [['', 'up:/x'], 'source can not be empty'],
  ])('%j is refused', async (words, sentence) => {
    expect(await cp(...words)).toEqual(failed(sentence));
  });
});

describe('to a container', () => {
  test.each(Object.keys(NAMES))('%s goes a file, a folder, its content, and into a volume', async (name) => {
    expect(await cp('file', `${name}:/dst/new`)).toEqual(done);
    expect(await cp('file', `${name}:/dst`)).toEqual(done);
    expect(await cp('tree', `${name}:/dst/made`)).toEqual(done);
    expect(await cp('tree', `${name}:/dst/made`)).toEqual(done);
    expect(await cp('tree/.', `${name}:/dst`)).toEqual(done);
    expect(await cp('tree', `${name}:/vol`)).toEqual(done);
    await slipway(['start', name]);
    const { stdout } = await cp(`${name}:/dst`, '-');
    const list = spawnSync('tar', ['-t'], { input: stdout, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
    const tree = (folder: string) => ['', 'a', 'link', 'sub/', 'sub/b'].map((path) => `dst/${folder}${path}`);
    const all = [...tree(''), ...tree('made/'), ...tree('made/tree/'), 'dst/file', 'dst/new'];
    expect(list.sort()).toEqual(all.sort());
    expect((await cp(`${name}:/vol/tree/sub/b`, '-')).stdout).toContain('B');
  });

  test('belongs to root there; with -a to the same number, and modes and times are kept', async () => {
    const path = join(here, 'mine');
    writeFileSync(path, 'x', { mode: 0o640 });
    spawnSync('chown', ['1234:4321', path]);
    utimesSync(path, 1, 1_000_000_000);
    await cp('mine', 'up:/dst/root');
    await cp('-a', 'mine', 'up:/dst/kept');
    expect(await look('cd /dst; stat -c "%u:%g %a %Y" root kept')).toBe(
      '0:0 640 1000000000\n1234:4321 640 1000000000\n',
    );
    await cp('up:/dst/kept', 'back');
    expect(statSync(join(here, 'back'))).toMatchObject({ uid: 0, gid: 0, mtimeMs: 1e12 });
    await cp('-a', 'up:/dst/kept', 'back');
    expect(statSync(join(here, 'back'))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  test('a link goes as a link, with -L what it points to; one at the destination is followed', async () => {
    await cp('file-link', 'up:/dst/as-link');
    await cp('-L', 'file-link', 'up:/dst/followed');
    await cp('-L', 'tree-link', 'up:/dst/tree-copy');
    expect(await look('cd /dst; readlink as-link; cat followed; echo; cat tree-copy/a')).toBe('file\ntext\nA');
    await cp('file', 'up:/folder'); // a link to a folder
    await look('ln -sf /src/target /dst/dangling');
    await cp('file', 'up:/dst/dangling');
    expect(await look('cat /src/file /src/target')).toBe('texttext');
  });

  test('an archive from stdin', async () => {
    const { stdout: input } = spawnSync('tar', ['-C', here, '-c', 'tree']);
    expect(await slipway(['cp', '-', 'up:/dst/sub'], { input })).toEqual(done);
    expect(await look('cat /dst/sub/tree/sub/b')).toBe('B');
    expect(await slipway(['cp', '-', 'up:/dst/file'], { input })).toEqual(
      failed('destination "up:/dst/file" must be a directory'),
    );
  });

  describe.each(['gzip', 'bzip2', 'xz', 'zstd'])('%s', (packer) => {
    const isThere = spawnSync(packer, ['--version']).status === 0;
    test.skipIf(isMissing(packer, isThere))('unpacks an archive', async () => {
      const { stdout: input } = spawnSync('tar', ['-C', here, '-c', 'tree']);
      const packed = spawnSync(packer, ['-c'], { input }).stdout;
      await look(`mkdir /dst/${packer}`);
      expect(await slipway(['cp', '-', `up:/dst/${packer}`], { input: packed })).toEqual(done);
      expect(await look(`cat /dst/${packer}/tree/sub/b`)).toBe('B');
      const cut = packed.subarray(0, packed.length / 2);
      const { code, stderr } = await slipway(['cp', '-', `up:/dst/${packer}`], { input: cut });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${packer} could not unpack`) });
    });
  });

  test.each([
    [['nosuch', 'up:/dst'], `lstat ${here}/nosuch: no such file or directory`],
    [['file/', 'up:/dst'], `${here}/file/: not a directory`],
    [['file', 'up:/nosuch/x'], 'Could not find the file /nosuch/x in container up'],
    [['file', 'up:/nosuch/'], 'no such directory'],
    [['tree', 'up:/src/one'], 'cannot copy directory'],
    [['file', 'up:/dev/null'], 'destination "up:/dev/null" must be a directory or a regular file'],
  ])('%j is refused', async (words, sentence) => {
    expect(await cp(...words)).toEqual(failed(sentence));
  });

  test('what would take the place of a folder, or of a file, is refused', async () => {
    await look('mkdir -p /mix/tree/a; mkdir /mix2; echo x >/mix2/tree');
    expect(await cp('tree', 'up:/mix')).toEqual(failed('cannot overwrite directory "a" with non-directory "tree/a"'));
    expect(await cp('tree', 'up:/mix2')).toEqual(
      failed('cannot overwrite non-directory "tree" with directory "tree/"'),
    );
  });

  test('whose root is read-only, only a volume takes files', async () => {
    await slipway([
      'create',
      '--name',
      'readonly',
      '--read-only',
      '-v',
      '/w',
      '-v',
      `${here}:/r:ro`,
      'box',
      'sleep',
      '1000',
    ]);
    for (const _ of ['created', 'running']) {
      expect(await cp('file', 'readonly:/tmp/x')).toEqual(failed('container rootfs is marked read-only'));
      expect(await cp('file', 'readonly:/r/x')).toEqual(failed('mounted volume is marked read-only'));
      expect(await cp('file', 'readonly:/w')).toEqual(done);
      await slipway(['start', 'readonly']);
    }
  });

  test('in a user namespace of its own, its ids are meant', async () => {
    await slipway(['run', '-d', '--userns', 'private', '--name', 'mapped', 'box', 'sleep', '1000']);
    for (const state of ['up', 'stopped']) {
      expect(await cp('file', `mapped:/${state}`)).toEqual(done);
      expect(await cp('-a', `mapped:/${state}`, 'from-mapped')).toEqual(done);
      expect(statSync(join(here, 'from-mapped')).uid).toBe(0);
      await slipway(['kill', 'mapped']);
      await slipway(['wait', 'mapped']);
    }
    await slipway(['start', 'mapped']);
    expect((await slipway(['exec', 'mapped', 'stat', '-c', '%u', '/up', '/stopped'])).stdout).toBe('0\n0\n');
  });
});

test('an ordinary user copies too, running or not', async () => {
  const user = ordinaryUser();
  const home = scratch('user', user);
  const run = (...words: string[]) => slipway(words, { user, cwd: home });
  writeFileSync(join(home, 'file'), 'mine');
  await run('run', '-d', '--name', 'theirs', 'box', 'sh', '-c', 'echo from >/from; exec sleep 1000');
  try {
    for (const state of ['up', 'stopped']) {
      expect(await run('cp', 'file', `theirs:/${state}`)).toEqual(done);
      expect(await run('cp', 'theirs:/from', `${state}-out`)).toEqual(done);
      expect(statSync(join(home, `${state}-out`))).toMatchObject({ uid: user.uid, gid: user.gid });
      expect(await run('cp', `theirs:/${state}`, 'back')).toEqual(done);
      expect(readFileSync(join(home, 'back'), 'utf8')).toBe('mine');
      await run('kill', 'theirs');
      await run('wait', 'theirs');
    }
  } finally {
    await run('rm', '-f', 'theirs');
  }
});

test('odd files come whole: holes, more names of one file, FIFOs, devices, names with ends of lines', async () => {
  const odd = join(here, 'odd');
  mkdirSync(odd);
  writeFileSync(join(odd, 'holes'), 'begin');
  truncateSync(join(odd, 'holes'), 64 * 1024 * 1024);
  writeFileSync(join(odd, 'line\nend'), 'x');
  writeFileSync(join(odd, 'ü'.repeat(100)), 'long');
  spawnSync('sh', ['-c', 'ln holes second; mkfifo -m 600 pipe; mknod null c 1 3; chmod 4755 line*'], { cwd: odd });
  await cp('odd', 'up:/');
  await cp('up:/odd', 'odd-back');
  const back = (name: string) => lstatSync(join(here, 'odd-back', name));
  expect(readdirSync(join(here, 'odd-back')).sort()).toEqual(readdirSync(odd).sort());
  expect(back('holes')).toMatchObject({ size: 64 * 1024 * 1024, ino: back('second').ino });
  expect(back('holes').blocks * 512).toBeLessThan(1024 * 1024);
  expect(back('pipe').isFIFO()).toBe(true);
  expect(back('null')).toMatchObject({ rdev: lstatSync(join(odd, 'null')).rdev });
  expect(back('line\nend').mode & 0o7777).toBe(0o4755);
});

test('says what it did when it is asked to', async () => {
  expect(await cp('-q=false', 'file', 'up:/dst/told')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Successfully copied 4B (transferred 2.05kB) to up:/dst/told\n',
  });
});

test('works while a container is paused', async () => {
  await slipway(['pause', 'up']);
  try {
    expect(await cp('file', 'up:/dst/while-paused')).toEqual(done);
    expect((await cp('up:/dst/while-paused', '-')).stdout).toContain('text');
  } finally {
    await slipway(['unpause', 'up']);
  }
});

test('killed in the midst, it leaves a container that does not run as it was: no mount, no lock', async () => {
  const mounts = () => readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length;
  await slipway(['create', '--name', 'cut', 'box', 'true']);
  const before = mounts();
  const archive = spawnSync('tar', ['-C', here, '-c', 'tree']).stdout;
  const fifo = join(here, 'fifo');
  spawnSync('mkfifo', [fifo]);
  // It has the other end too, so its input does not end.
  const line = `exec 3<>${fifo}; exec ${SLIPWAY} cp - cut:/ <&3`;
  await using copy = start(['-c', line], { program: 'sh' });
  const input = openSync(fifo, O_WRONLY);
  onTestFinished(() => closeSync(input));
  writeSync(input, archive.subarray(0, 1024)); // and there is more to come
  const upper = join(
    homeOf().SLIPWAY_ROOT,
    'containers',
    readlinkSync(join(homeOf().SLIPWAY_ROOT, 'names/cut')),
    'upper',
  );
  await until('the first folder', () => existsSync(join(upper, 'tree')));
  copy.kill('SIGKILL');
  await copy.ended;
  expect(await slipway(['start', '-a', 'cut'])).toEqual(done);
  expect(mounts()).toBe(before);
});
