// B12, D6: what an image has is copied into a new volume, file by file, and nothing outside of the volume is touched
// meanwhile, whoever else writes to it.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOf, scratch, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { hasGcc, put, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

const FILES = [...Array(100).keys()].map((number) => `f${number}`);

describe.runIf(hasGcc)(`a neighbour who exchanges files for links${WITHOUT_GCC}`, () => {
  test('does not have the mode or the owner of what they lead to changed', async () => {
    const tools = scratch('tools');
    putProgram(tools, 'exchange', readFileSync(join(import.meta.dirname, 'exchange.c'), 'utf8'));
    put(tools, 'precious', 'untouched', 0o600);
    const precious = join(tools, 'precious');
    const root = rootfs();
    for (const file of FILES) put(root, `data/${file}`, '', 0o666);
    for (let round = 0; round < 3; round++) {
      const volume = join(homeOf().SLIPWAY_ROOT, 'volumes', `shared${round}`, '_data');
      mkdirSync(volume, { recursive: true });
      const neighbour = spawn(join(tools, 'exchange'), [volume, precious], { stdio: ['pipe', 'pipe', 'inherit'] });
      await until('the neighbour', () => neighbour.stdout.read() !== null);
      await slipway(['run', '--rm', '--rootfs', root, '-v', `shared${round}:/data`, 'true']);
      neighbour.stdin.end();
      await until('it to be gone', () => neighbour.exitCode !== null);
      const { mode, uid } = statSync(precious);
      expect({ mode: mode & 0o7777, uid, text: readFileSync(precious, 'utf8') }).toEqual({
        mode: 0o600,
        uid: 0,
        text: 'untouched',
      });
    }
  });
});

test('links of the image are copied as links, and what they lead to is neither read nor written', async () => {
  const root = rootfs();
  const outside = scratch('outside');
  put(outside, 'secret', 'secret', 0o600);
  mkdirSync(join(root, 'data'));
  symlinkSync(join(outside, 'secret'), join(root, 'data/secret'));
  symlinkSync(outside, join(root, 'data/folder'));
  const script = 'readlink /data/secret; readlink /data/folder; cat /data/secret';
  const { stdout } = await slipway(['run', '--rm', '--rootfs', root, '-v', 'links:/data', 'sh', '-c', script]);
  expect(stdout).toBe(`${join(outside, 'secret')}\n${outside}\n`);
  expect(statSync(join(outside, 'secret')).mode & 0o7777).toBe(0o600);
});
