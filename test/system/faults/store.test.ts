// A store that is full, read-only, out of reach, oddly named or damaged. What can still be done is done, and what cannot
// is said in one line.

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeOf, type Result, scratch, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { footprint, nothingNew } from './footprint.ts';

function mount(...words: string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr}`);
}

/** A small file system of our own. */
class Disk implements Disposable {
  readonly path = scratch('disk');
  readonly env: Record<string, string>;

  constructor(...options: string[]) {
    mount('-t', 'tmpfs', ...options, 'tmpfs', this.path);
    this.env = { SLIPWAY_ROOT: join(this.path, 'root') };
  }

  /** Leaves this much room, in pages of 4096 bytes. */
  fill(freePages: number): void {
    rmSync(join(this.path, 'filler'), { force: true });
    const { bfree, bsize } = statfsSync(this.path);
    writeFileSync(join(this.path, 'filler'), Buffer.alloc(Math.max(0, bfree - freePages) * bsize));
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['-l', this.path]);
  }
}

const oneLine = (pattern: string) => expect.stringMatching(new RegExp(`^slipway: [^\\n]*${pattern}[^\\n]*\\n$`));
const HELLO = ['run', '--rm', 'box', 'echo', 'hello'];
const hello = { code: 0, stdout: 'hello\n', stderr: '' };

describe('a full disk', () => {
  test('stops a start at whatever step comes to need room, with one line; all else goes on', async () => {
    using disk = new Disk('-o', 'size=16m');
    const { env } = disk;
    await slipway(['run', '--name', 'older', 'box', 'true'], { env });
    for (let pages = 0; pages < 14; pages++) {
      disk.fill(pages);
      const result = await slipway(HELLO, { env });
      if (result.code !== 0)
        expect(result).toEqual({ code: 125, stdout: '', stderr: oneLine('ENOSPC.*The disk is full: free some room') });
      expect(await slipway(['ps', '-a'], { env })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('older'),
        stderr: '',
      });
      expect(await slipway(['clean'], { env })).toMatchObject({ code: 0, stderr: '' });
      await until(
        'nothing but the older one to be there',
        () =>
          readdirSync(join(disk.path, 'root/containers')).length === 1 &&
          readdirSync(join(disk.path, 'root/trash')).length === 0,
      );
    }
    disk.fill(0);
    expect(await slipway(['rm', 'older'], { env })).toEqual({ code: 0, stdout: 'older\n', stderr: '' });
    rmSync(join(disk.path, 'filler'));
    expect(await slipway(HELLO, { env })).toEqual(hello);
  });

  test('does not keep the making of box from being tried again', async () => {
    using disk = new Disk('-o', 'size=512k');
    const { env } = disk;
    expect(await slipway(HELLO, { env })).toEqual({
      code: 125,
      stdout: '',
      stderr: oneLine('ENOSPC.*The disk is full'),
    });
    expect(readdirSync(join(disk.path, 'root/layers')).filter((name) => name.startsWith('box-'))).toEqual([]);
    mount('-o', 'remount,size=16m', disk.path);
    expect(await slipway(HELLO, { env })).toEqual(hello);
  });

  test.each([
    ['kept', []],
    ['removed', ['--rm']],
  ])('does not lose how a program has ended whose container is %s', async (name, flags) => {
    using disk = new Disk('-o', 'size=16m');
    const { env } = disk;
    const script = 'echo ready; read line; exit 7';
    await using started = start(['run', '-i', ...flags, '--name', name, 'box', 'sh', '-c', script], { env });
    await started.says('ready');
    disk.fill(0);
    started.child.stdin.end('go\n');
    expect(await started.ended).toMatchObject({ code: 7, stderr: '' });
    const { stdout } = await slipway(['ps', '-a'], { env });
    if (name === 'kept') expect(stdout).toMatch(/Exited \(7\) .* kept\n/);
    else expect(stdout).not.toContain(name);
    if (name === 'kept') expect(await slipway(['rm', name], { env })).toMatchObject({ code: 0, stderr: '' });
  });

  test('is no matter to a program that writes to it: that one gets ENOSPC itself', async () => {
    using disk = new Disk('-o', 'size=16m');
    const { code, stderr } = await slipway(['run', '--rm', 'box', 'dd', 'if=/dev/zero', 'of=/big', 'bs=1M'], {
      env: disk.env,
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('No space left on device') });
  });
});

test('a read-only store: a start says so, and ps, rm and clean do what they can', async () => {
  using disk = new Disk('-o', 'size=16m');
  const { env } = disk;
  await slipway(['run', '--name', 'older', 'box', 'true'], { env });
  mount('-o', 'remount,ro', disk.path);
  expect(await slipway(HELLO, { env })).toEqual({ code: 125, stdout: '', stderr: oneLine('EROFS.*mounted read-only') });
  expect(await slipway(['ps', '-a'], { env })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('older'),
    stderr: '',
  });
  expect(await slipway(['rm', 'older'], { env })).toEqual({ code: 1, stdout: '', stderr: oneLine('EROFS') });
  expect(await slipway(['clean'], { env })).toMatchObject({ code: 0, stderr: '' });
});

test('a store on an overlay: the start says where it could be', async () => {
  using disk = new Disk('-o', 'size=32m');
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(disk.path, name));
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => join(disk.path, name));
  mount('-t', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, 'overlay', merged as string);
  try {
    const env = { SLIPWAY_ROOT: join(merged as string, 'root') };
    expect(await slipway(HELLO, { env })).toEqual({
      code: 125,
      stdout: '',
      stderr: oneLine('EINVAL.*Put SLIPWAY_ROOT on ext4, xfs or tmpfs'),
    });
    expect(readdirSync(join(merged as string, 'root/containers'))).toEqual([]);
  } finally {
    spawnSync('umount', ['-l', merged as string]);
  }
});

describe('a store that this user may not enter', () => {
  test.each([[HELLO], [['ps']], [['rm', '-f', 'any']], [['exec', 'any', 'true']], [['clean']]])('%j', async (words) => {
    await slipway(['run', '--rm', 'box', 'true']);
    const { code, stderr } = await slipway(words, {
      user: ordinaryUser(),
      env: { SLIPWAY_ROOT: homeOf().SLIPWAY_ROOT },
    });
    const expected = ['ps', 'rm'].includes(words[0] as string) ? 1 : 125; // as with Docker
    expect({ code, stderr }).toEqual({ code: expected, stderr: oneLine('EACCES.*no right') });
  });
});

/** A path of so many bytes, which does not end with a slash. */
function pathOf(length: number): string {
  const path = `${scratch('long')}${`/${'x'.repeat(199)}`.repeat(30)}`;
  return `${path.slice(0, length - 1)}y`;
}

describe('where the store is', () => {
  const user = ordinaryUser();
  const usual = join(user.home, '.local/share/slipway');
  const nowhere = { SLIPWAY_ROOT: '', SLIPWAY_RUN: '', XDG_RUNTIME_DIR: '/nowhere', TMPDIR: '/nowhere' };

  test.each([
    ['below HOME', { HOME: user.home }],
    ['below the home of /etc/passwd, with an empty HOME', { HOME: '' }],
    ['below the home of /etc/passwd, with a relative HOME', { HOME: 'somewhere' }],
    ['below HOME, with a relative XDG_DATA_HOME', { HOME: user.home, XDG_DATA_HOME: 'share' }],
  ])('%s', async (_, env) => {
    rmSync(usual, { recursive: true, force: true });
    expect(await slipway(HELLO, { user, env: { ...nowhere, ...env } })).toEqual(hello);
    expect(existsSync(join(usual, 'layers'))).toBe(true);
    rmSync(usual, { recursive: true, force: true });
  });

  test('below XDG_DATA_HOME', async () => {
    const path = scratch('data', user);
    expect(await slipway(HELLO, { user, env: { ...nowhere, XDG_DATA_HOME: path } })).toEqual(hello);
    expect(existsSync(join(path, 'slipway/layers'))).toBe(true);
  });

  test('nowhere, for a user whom nobody knows and who has no HOME: that is said', async () => {
    const nobody = { name: 'nobody knows', uid: 54_321, gid: 54_321, home: '' };
    const { code, stderr } = await slipway(HELLO, { user: nobody, env: nowhere });
    expect({ code, stderr }).toEqual({ code: 125, stderr: oneLine('has no home folder: set HOME, or SLIPWAY_ROOT') });
  });

  test('in the place that SLIPWAY_ROOT names, also for a user whom nobody knows', async () => {
    const nobody = { name: 'nobody', uid: 54_321, gid: 54_321, home: '/' };
    expect(
      await slipway(HELLO, { user: nobody, env: { SLIPWAY_ROOT: join(scratch('nobody', nobody), 'root') } }),
    ).toEqual(hello);
  });

  test('below the folder that the command was called in, for a relative SLIPWAY_ROOT', async () => {
    const cwd = scratch('relative');
    expect(await slipway(HELLO, { cwd, env: { SLIPWAY_ROOT: 'a/b' } })).toEqual(hello);
    expect(existsSync(join(cwd, 'a/b/layers'))).toBe(true);
  });

  test('nowhere that cannot be made: /proc', async () => {
    const { code, stderr } = await slipway(HELLO, { env: { SLIPWAY_ROOT: '/proc/slipway' }, timeoutMs: 10_000 });
    expect({ code, stderr }).toEqual({ code: 125, stderr: oneLine('mkdir /proc/slipway: .*ENOENT') });
  });

  test.each([300, 1000, 3900])('in a path of %i bytes', async (length) => {
    const env = { SLIPWAY_ROOT: pathOf(length) };
    expect(await slipway(HELLO, { env })).toEqual(hello);
    expect(await slipway(['run', '--name', 'kept', 'box', 'true'], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await slipway(['rm', 'kept'], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await slipway(['clean'], { env })).toMatchObject({ code: 0, stderr: '' });
  });

  test('in a path that is too long for what lies in it: that is said', async () => {
    expect(await slipway(HELLO, { env: { SLIPWAY_ROOT: pathOf(4060) } })).toEqual({
      code: 125,
      stdout: '',
      stderr: oneLine('ENAMETOOLONG.*at most 4095 bytes'),
    });
  });
});

type Damage = (path: string) => void;

const DAMAGES: Record<string, Damage> = {
  truncated: (path) => truncateSync(path, 20),
  garbled: (path) => writeFileSync(path, '\0\xff{]'),
  empty: (path) => truncateSync(path, 0),
  'another object': (path) => writeFileSync(path, '{}'),
  'no object': (path) => writeFileSync(path, 'null'),
  'the wrong types': (path) =>
    writeFileSync(path, '{"id":1,"name":2,"status":"running","pid":-1,"layers":{},"process":[]}'),
  'a folder': (path) => {
    rmSync(path);
    mkdirSync(join(path, 'x'), { recursive: true });
  },
  missing: (path) => rmSync(path),
};

function folderOf(name: string): string {
  const root = homeOf().SLIPWAY_ROOT;
  return join(root, 'containers', readlinkSync(join(root, 'names', name)));
}

const fine = (result: Result) => expect(result).toMatchObject({ code: 0, stderr: '' });

describe.each(['config.json', 'container.json', 'state.json'])('a %s that is', (file) => {
  test.each(Object.keys(DAMAGES))('%s', async (damage) => {
    const before = footprint();
    await slipway(['run', '--name', 'damaged', 'box', 'true']);
    const path = join(folderOf('damaged'), file);
    DAMAGES[damage]?.(path);
    fine(await slipway(['ps']));
    fine(await slipway(['ps', '-a']));
    fine(await slipway(HELLO));
    fine(await slipway(['clean']));
    if (existsSync(path))
      expect((await slipway(['ps', '-a'])).stdout).toMatch(/(Damaged|Exited \(255\)|Exited \(0\)).* damaged\n/);
    const { code, stderr } = await slipway(['rm', '-f', 'damaged']);
    if (code !== 0) expect(stderr).toContain('no such container'); // clean has taken it for one that was never complete
    await nothingNew(before);
  });
});

describe('a container that runs, with a damaged', () => {
  test.each(['config.json', 'container.json', 'state.json'])('%s', async (file) => {
    const before = footprint();
    await using started = start(['run', '--name', 'damaged', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await started.says('ready');
    writeFileSync(join(folderOf('damaged'), file), '{ garbled');
    fine(await slipway(['ps', '-a']));
    fine(await slipway(['clean']));
    expect(started.child.exitCode).toBeNull();
    expect(await slipway(['exec', 'damaged', 'true'])).toMatchObject({ code: 125, stderr: oneLine('damaged') });
    expect(await slipway(['rm', 'damaged'])).toMatchObject({ code: 1, stderr: oneLine('it is running') });
    expect(started.child.exitCode).toBeNull();
    expect(await slipway(['rm', '-f', 'damaged'])).toMatchObject({ code: 0, stdout: 'damaged\n', stderr: '' });
    await started.ended;
    await nothingNew(before);
  });
});

describe('in names/,', () => {
  let names = '';
  beforeAll(async () => {
    await slipway(['run', '--name', 'sound', 'box', 'true']);
    names = join(homeOf().SLIPWAY_ROOT, 'names');
  });
  afterAll(async () => {
    await slipway(['rm', 'sound']);
  });

  test.each<[string, Damage]>([
    ['a link to a container that is gone', (path) => symlinkSync('0'.repeat(64), path)],
    ['a link out of the store', (path) => symlinkSync('../../../../etc', path)],
    ['a link to itself', (path) => symlinkSync('odd', path)],
    ['a file', (path) => writeFileSync(path, 'x')],
    ['a folder', (path) => mkdirSync(join(path, 'x'), { recursive: true })],
  ])('%s is nobody’s name: it can be had', async (_, damage) => {
    damage(join(names, 'odd'));
    fine(await slipway(['ps', '-a']));
    expect(await slipway(['rm', '-f', 'odd'])).toMatchObject({ code: 1, stderr: oneLine('no such container: odd') });
    fine(await slipway(['run', '--rm', '--name', 'odd', 'box', 'true']));
    damage(join(names, 'odd'));
    expect((await slipway(['clean'])).stdout).toContain('freed the name odd\n');
    expect(readdirSync(names)).toEqual(['sound']);
  });
});

test.each(Object.keys(DAMAGES))(
  'a layers/box.json that is %s only means that box is looked for again',
  async (damage) => {
    const path = join(homeOf().SLIPWAY_ROOT, 'layers/box.json');
    fine(await slipway(HELLO));
    DAMAGES[damage]?.(path);
    expect(await slipway(HELLO)).toEqual(hello);
    expect(() => JSON.parse(readFileSync(path, 'utf8'))).not.toThrow();
  },
);

test('what somebody else has put into the store is left alone', async () => {
  const root = homeOf().SLIPWAY_ROOT;
  fine(await slipway(['run', '--rm', '-v', '/anonymous', 'box', 'true']));
  for (const folder of ['containers', 'trash', 'volumes', 'layers'])
    appendFileSync(join(root, folder, 'NOTES'), 'mine\n');
  fine(await slipway(['ps', '-a']));
  fine(await slipway(['clean']));
  fine(await slipway(HELLO));
  for (const folder of ['containers', 'trash', 'volumes', 'layers']) {
    expect(readFileSync(join(root, folder, 'NOTES'), 'utf8')).toBe('mine\n');
    rmSync(join(root, folder, 'NOTES'));
  }
});
