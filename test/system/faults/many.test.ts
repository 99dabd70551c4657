// Many containers: after one another, at once, with the same name, and with others that are removed or cleaned meanwhile.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seals } from '../seals.ts';
import { homeOf, type Result, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { footprint, nothingNew } from './footprint.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Without the seals, which are mounted once and stay. */
function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => !line.includes(' /run/slipway/seal/'));
}

describe('many starts', () => {
  test('200 in a row leave the mount table, the cgroups, the processes and the store as they were', async () => {
    await slipway(['run', '--rm', 'box', 'true']);
    const [before, mountsBefore] = [footprint(), mounts()];
    for (const index of range(200)) {
      const { code, stdout, stderr } = await slipway(['run', '--rm', 'box', 'echo', String(index)]);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${index}\n`, stderr: '' });
    }
    await nothingNew(before);
    expect(mounts()).toEqual(mountsBefore);
    expect(seals()).toHaveLength(1);
  });

  test('20 at once, from the first start on, mount one seal and leave nothing', async () => {
    await slipway(['clean']);
    const [before, mountsBefore] = [footprint(), mounts()];
    for (const _ of range(3)) {
      const all = await Promise.all(
        range(20).map((index) => slipway(['run', '--rm', 'box', 'sh', '-c', `exit ${index}`])),
      );
      expect(all.map(({ code }) => code)).toEqual(range(20));
      expect(all.map(({ stderr }) => stderr).join('')).toBe('');
    }
    await nothingNew(before);
    expect(mounts()).toEqual(mountsBefore);
    expect(seals()).toHaveLength(1);
  });

  test('20 at once where there is not even the image make it once', async () => {
    const home = join(homeOf().SLIPWAY_ROOT, '..', 'fresh');
    const env = { SLIPWAY_ROOT: home };
    const all = await Promise.all(range(20).map(() => slipway(['run', '--rm', 'box', 'echo', 'hello'], { env })));
    for (const result of all) expect(result).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
    const layers = readdirSync(join(home, 'layers')).filter((name) => name.startsWith('box-'));
    expect(layers).toHaveLength(1);
  });
});

describe('at once', () => {
  test('20 exec in one container', async () => {
    await using started = start(['run', '--rm', '--name', 'busy', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await started.says('ready');
    const before = footprint();
    const all = await Promise.all(
      range(20).map((index) => slipway(['exec', 'busy', 'sh', '-c', `echo ${index}; exit ${index}`])),
    );
    for (const [index, result] of all.entries())
      expect(result).toEqual({ code: index, stdout: `${index}\n`, stderr: '' });
    await nothingNew(before);
    await slipway(['rm', '-f', 'busy']);
  });

  test('of ten with the same name one starts, and the others say whose it is', async () => {
    const before = footprint();
    const all = range(10).map(() => start(['run', '--name', 'only', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']));
    const losers: Result[] = [];
    for (const each of all) void each.ended.then((result) => losers.push(result));
    await until('nine to fail', () => losers.length === 9);
    for (const { code, stderr } of losers) {
      expect({ code, stderr }).toEqual({
        code: 125,
        stderr: expect.stringMatching(
          /^slipway: the container name "only" is already in use by container [0-9a-f]{12}: .*\n$/,
        ),
      });
    }
    const winner = all.find(({ child }) => child.exitCode === null);
    await winner?.says('ready');
    expect(await slipway(['rm', '-f', 'only'])).toMatchObject({ code: 0, stderr: '' });
    await Promise.all(all.map(({ ended }) => ended));
    await nothingNew(before);
  });

  test('ten rm -f of one container: it is gone, and none of them fails in an odd way', async () => {
    const before = footprint();
    await using started = start(['run', '--name', 'wanted', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await started.says('ready');
    const all = await Promise.all(range(10).map(() => slipway(['rm', '-f', 'wanted'])));
    expect(all.filter(({ code }) => code === 0)).not.toHaveLength(0);
    for (const { code, stderr } of all) if (code !== 0) expect(stderr).toContain('no such container: wanted');
    expect(await started.ended).toMatchObject({ code: 137 });
    await nothingNew(before);
  });
});

describe('while containers start', () => {
  test('rm -f ends one that is only half there', async () => {
    const before = footprint();
    for (const _ of range(10)) {
      await using started = start(['run', '--name', 'early', 'box', 'sleep', '1000']);
      await until('its name to be claimed', () => readdirSync(join(homeOf().SLIPWAY_ROOT, 'names')).includes('early'));
      expect(await slipway(['rm', '-f', 'early'])).toMatchObject({ code: 0, stdout: 'early\n', stderr: '' });
      expect(await started.ended).toMatchObject({ code: 137 });
      await nothingNew(before);
    }
  });

  test('rm without -f says that it is being started, or runs', async () => {
    await using started = start(['run', '--rm', '--name', 'early', 'box', 'sleep', '1000']);
    await until('its name to be claimed', () => readdirSync(join(homeOf().SLIPWAY_ROOT, 'names')).includes('early'));
    const { code, stderr } = await slipway(['rm', 'early']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/it is (just being started|running)\./),
    });
    await slipway(['rm', '-f', 'early']);
    await started.ended;
  });

  test('clean touches none of them', async () => {
    const before = footprint();
    let isOver = false;
    const cleaning = (async () => {
      while (!isOver) expect(await slipway(['clean'])).toMatchObject({ code: 0, stderr: '' });
    })();
    for (const _ of range(5)) {
      const all = await Promise.all(
        range(8).map((index) => slipway(['run', '--rm', '-v', '/anonymous', 'box', 'echo', String(index)])),
      );
      expect(all.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(range(8).map(() => '0 '));
    }
    isOver = true;
    await cleaning;
    await nothingNew(before);
  });

  test('ps shows none of them in part', async () => {
    const starts = Promise.all(range(8).map(() => slipway(['run', '--rm', 'box', 'true'])));
    for (const _ of range(10)) {
      const { code, stdout, stderr } = await slipway(['ps', '-a']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const line of stdout.trim().split('\n').slice(1))
        expect(line).toMatch(/^[0-9a-f]{12} +box +"true" +.* (Created|Up|Exited)/);
    }
    expect((await starts).map(({ code }) => code)).toEqual(range(8).map(() => 0));
  });
});
