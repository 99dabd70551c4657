// `slipway ps` and `rm`, and the names that containers go by.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftovers } from './in-box.ts';
import { SLIPWAY, scratch, slipway, spawnOptions, start } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser } from './users.ts';

describe('names', () => {
  test('a name can be had once, and again when its container is removed', async () => {
    expect((await slipway(['run', '--name', 'once', 'box', 'true'])).code).toBe(0);
    const { code, stderr } = await slipway(['run', '--name', 'once', 'box', 'true']);
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /^slipway: the container name "once" is already in use by container [0-9a-f]{12}: remove that one \(slipway rm once\) or choose another name\n$/,
    );
    expect((await slipway(['rm', 'once'])).stdout).toBe('once\n');
    expect((await slipway(['run', '--rm', '--name', 'once', 'box', 'true'])).code).toBe(0);
    await until('it to be gone', () => leftovers().length === 0);
  });

  test('--cidfile takes the id, and a file that is there already is kept', async () => {
    const file = join(scratch('cid'), 'id');
    const args = ['run', '--cidfile', file, '--name', 'identified', 'box', 'true'];
    expect((await slipway(args)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
    expect((await slipway(['ps', '-aq', '--no-trunc'])).stdout.trim()).toBe(readFileSync(file, 'utf8'));
    await slipway(['rm', 'identified']);
    const again = await slipway(args);
    expect(again).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: --cidfile "${file}": there is such a file already. Remove it, or choose another\n`,
    });
    const other = join(scratch('cid'), 'id');
    expect((await slipway(['run', '--cidfile', other, 'box', 'nosuch'])).code).toBe(127);
    expect(existsSync(other)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  test('--cidfile takes the id at the first start after a boot too, which seals node and begins again', async () => {
    const file = join(scratch('cid'), 'id');
    // In a mount namespace of its own, where the seals are taken away as a boot does.
    const unseal =
      'for seal in $(grep -o " /run/slipway/seal/[^ ]* overlay" /proc/self/mounts | cut -d " " -f 2); do umount -l "$seal"; done';
    const script = `${unseal}; exec "$0" run --rm --cidfile "$1" box true`;
    const words = ['--mount', 'sh', '-ec', script, SLIPWAY, file];
    const { status, stderr } = spawnSync('unshare', words, { ...spawnOptions({}), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('--cidfile goes to one of several starts at once, and the others leave it alone', async () => {
    const file = join(scratch('cid'), 'id');
    const args = ['run', '--cidfile', file, 'box', 'true'];
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => slipway(args)));
    expect(results.map(({ code }) => code).sort()).toEqual([0, 125, 125, 125, 125, 125]);
    expect(readFileSync(file, 'utf8')).toBe((await slipway(['ps', '-aq', '--no-trunc'])).stdout.trim());
    await slipway(['rm', readFileSync(file, 'utf8')]);
  });

  test('--cidfile says why it cannot be written', async () => {
    const user = ordinaryUser();
    const refusals = [
      [undefined, '/no/such/file', 'there is no such file or folder'],
      [user, `${scratch('cid')}/id`, 'you have no right to it'],
    ] as const;
    for (const [user, file, reason] of refusals) {
      const { code, stderr } = await slipway(['run', '--cidfile', file, 'box', 'true'], { user });
      expect({ code, stderr }).toEqual({ code: 125, stderr: `slipway: --cidfile "${file}": ${reason}\n` });
      expect(leftovers(user)).toEqual([]);
    }
  });
});

describe('ps and rm', () => {
  test('ps lists what runs, and with -a what has ended', async () => {
    await using box = start(['run', '--name', 'runs', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await box.says('ready');
    await slipway(['run', '--name', 'ended', 'box', 'sh', '-c', 'exit 3']);
    const rows = async (...flags: string[]) => (await slipway(['ps', ...flags])).stdout.trimEnd().split('\n');
    const head = /^CONTAINER ID {3}IMAGE {5}COMMAND +CREATED +STATUS +PORTS {5}NAMES$/;
    const running =
      /^[0-9a-f]{12} {3}box {7}"sh -c 'echo ready; …" {3}\S.* ago {3}Up (\d+ seconds|Less than a second) +runs$/;
    const ended = /^[0-9a-f]{12} {3}box {7}"sh -c 'exit 3'" +\S.* ago +Exited \(3\) \S.* ago +ended$/;
    expect(await rows()).toEqual([expect.stringMatching(head), expect.stringMatching(running)]);
    const all = await rows('-a');
    expect(all).toHaveLength(3);
    expect(all[1]).toMatch(ended);
    expect(all[2]).toMatch(/ Up .* runs$/);
    expect(await rows('-l')).toHaveLength(2);
    expect(await rows('-n', '5')).toHaveLength(3);
    expect(await rows('-qa', '--no-trunc')).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);

    expect(await slipway(['rm', 'runs'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'slipway: cannot remove container "runs": it is running. Stop its program first, or remove it with `slipway rm -f`\n',
    });
    const [id = ''] = await rows('-q');
    expect(await slipway(['rm', '-f', id, 'ended', 'nosuch'])).toEqual({
      code: 1,
      stdout: `${id}\nended\n`,
      stderr: 'slipway: no such container: nosuch. `slipway ps -a` lists those there are\n',
    });
    expect((await box.ended).code).toBe(137);
    expect(leftovers()).toEqual([]);
  });

  test('an empty list has a heading', async () => {
    expect((await slipway(['ps'])).stdout).toBe(
      'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n',
    );
    expect((await slipway(['ps', '-q'])).stdout).toBe('');
  });
});
