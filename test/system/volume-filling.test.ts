// A new volume takes what the image has at its place, and no program sees a half of it: not beside another start that is
// still copying, and not after one that did not get to its end.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMissing } from '../linux/missing.ts';
import { put, rootfs } from './safety/traps.ts';
import { homeOf, SLIPWAY, scratch, slipway, spawnOptions } from './slipway.ts';

const FILES = [...Array(200).keys()].map((number) => `f${number}`);
const COUNT = 'ls /data/sub | grep -c "^f[0-9]"; cat /data/sub/f* | wc -l; stat -c %a /data/sub';
const WHOLE = '200\n200\n751\n';

/** A root with a folder of 200 files, each of one line, and a FIFO. */
function rootWithData(): string {
  const root = rootfs();
  for (const file of FILES) put(root, `data/sub/${file}`, 'line\n');
  chmodSync(join(root, 'data/sub'), 0o751);
  spawnSync('mkfifo', [join(root, 'data/sub/pipe')]);
  return root;
}

/** What a container with this volume sees of it. */
async function look(root: string, volume: string, line = COUNT): Promise<string> {
  return (await slipway(['run', '--rm', '--rootfs', root, '-v', `${volume}:/data`, 'sh', '-c', line])).stdout;
}

test('several that start at once all see it whole', async () => {
  const root = rootWithData();
  for (const volume of ['first', 'second', 'third']) {
    expect(await Promise.all([1, 2, 3, 4].map(() => look(root, volume)))).toEqual(Array(4).fill(WHOLE));
  }
});

test('files, folders and links keep their times', async () => {
  const root = rootWithData();
  const old = new Date('2001-02-03T04:05:06Z');
  symlinkSync('f1', join(root, 'data/link'));
  lutimesSync(join(root, 'data/link'), old, old);
  for (const path of ['data/sub/f1', 'data/sub', 'data']) utimesSync(join(root, path), old, old);
  expect(await look(root, 'times', 'stat -c %Y /data /data/sub /data/sub/f1 /data/link')).toBe(
    `${old.getTime() / 1000}\n`.repeat(4),
  );
});

describe('after a start that did not get to its end', () => {
  const hasStrace = spawnSync('strace', ['--version']).status === 0;
  const volumeOf = (name: string) => join(homeOf().SLIPWAY_ROOT, 'volumes', name, '_data');

  /** Starts a container that is killed as soon as it has made the FIFO in the volume. */
  function killWhileCopying(root: string, volume: string): void {
    const flags = ['-f', '-e', 'trace=mknodat', '-e', 'inject=mknodat:signal=KILL:when=1'];
    const command = [SLIPWAY, 'run', '--rm', '--rootfs', root, '-v', `${volume}:/data`, 'sh', '-c', COUNT];
    const { stdout, status } = spawnSync('strace', [...flags, ...command], { ...spawnOptions({}), encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 125 });
    expect(readdirSync(volumeOf(volume))).toContain('sub');
  }

  test.skipIf(isMissing('strace', hasStrace))('because it was killed, the next one makes up for it', async () => {
    const root = rootWithData();
    killWhileCopying(root, 'killed');
    expect(await look(root, 'killed')).toBe(WHOLE);
  });

  test.skipIf(isMissing('strace', hasStrace))('what others have written since then stays as it is', async () => {
    const root = rootWithData();
    killWhileCopying(root, 'written');
    writeFileSync(join(volumeOf('written'), 'own'), 'own');
    writeFileSync(join(volumeOf('written'), 'sub/f7'), 'changed\n');
    expect(await look(root, 'written', 'cat /data/own /data/sub/f7')).toBe('ownchanged\n');
    expect(await look(root, 'written')).toBe(WHOLE);
  });

  test.skipIf(isMissing('strace', hasStrace))(
    'a file or a link that stands where a folder was to be stays',
    async () => {
      const root = rootWithData();
      const outside = scratch('outside');
      put(root, 'data/other/file', 'file\n');
      killWhileCopying(root, 'replaced');
      rmSync(join(volumeOf('replaced'), 'sub'), { recursive: true });
      rmSync(join(volumeOf('replaced'), 'other'), { recursive: true, force: true });
      writeFileSync(join(volumeOf('replaced'), 'sub'), 'own\n');
      symlinkSync(outside, join(volumeOf('replaced'), 'other'));
      expect(await look(root, 'replaced', 'cat /data/sub; readlink /data/other')).toBe(`own\n${outside}\n`);
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  test('because the disk was full, a file of which only a part was written is written anew', () => {
    const root = rootfs();
    const data = scratch('small-disk');
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data/big'), Buffer.alloc(4 << 20, 'x'));
    const run = `${SLIPWAY} run --rm --rootfs ${root} -v small:/data sh -c 'tr -d x < /data/big | wc -c; wc -c < /data/big'`;
    const script = `mount -t tmpfs -o size=2m tmpfs ${data}; ${run} || echo $?; mount -o remount,size=20m ${data}; ${run}`;
    const options = spawnOptions({ env: { SLIPWAY_ROOT: join(data, 'root') } });
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-ec', script], { ...options, encoding: 'utf8' });
    expect(stderr).toMatch(/no space left on device \(ENOSPC\)/);
    expect(stdout).toBe(`125\n0\n${4 << 20}\n`);
  });

  test('a volume that is full has no mark left', async () => {
    const root = rootWithData();
    expect(await look(root, 'marked')).toBe(WHOLE);
    expect(readdirSync(join(volumeOf('marked'), '..'))).toEqual(['_data']);
  });
});
