// B11: a path is a path, whatever characters it has: none of them becomes an option of a mount or a line of a file.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { rootfs } from './traps.ts';

const ODD = {
  'a colon': 'a:b',
  'a comma': 'a,lowerdir=b',
  'a backslash': 'a\\b',
  'a backslash at the end': 'a\\',
  'an escaped colon': 'a\\:b',
  'a space': 'a b',
  'a newline': 'a\nb',
  'a quote': 'a"b\'c',
  'an octal escape': 'a\\040b',
  'other letters': 'äß語🚢',
  '250 letters': 'x'.repeat(250),
};

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('B11: SLIPWAY_ROOT and SLIPWAY_RUN of %s', (_, user) => {
  test.each(Object.entries(ODD))('may have %s in them', async (_, name) => {
    const home = scratch('odd', user);
    const options = { user, env: { SLIPWAY_ROOT: join(home, name, 'root'), SLIPWAY_RUN: join(home, name, 'run') } };
    const kept = ['run', '--name', 'kept', '-v', 'named:/v', 'box', 'sh', '-c', 'echo written > /file; cat /file'];
    expect(await slipway(kept, options)).toEqual({ code: 0, stdout: 'written\n', stderr: '' });
    expect((await slipway(['ps', '-a'], options)).stdout).toContain('kept');
    expect((await slipway(['rm', 'kept'], options)).code).toBe(0);
    expect((await slipway(['clean'], options)).code).toBe(0);
  });
});

describe('B11: a folder of the host', () => {
  const quote = (field: string) => `"${field.replaceAll('"', '""')}"`;

  test.each(Object.entries(ODD))('may have %s in its name', async (_, name) => {
    const folder = join(scratch('odd'), name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'file'), 'found');
    const mount = `type=bind,${quote(`source=${folder}`)},${quote(`target=/${name}`)},readonly`;
    const flags = ['--mount', mount, ...(name.includes(':') ? [] : ['-v', `${folder}:/short`])];
    const { stdout } = await slipway(['run', '--rm', ...flags, 'box', 'cat', `/${name}/file`]);
    expect(stdout).toBe('found');
  });

  test.each(Object.entries(ODD))('that is a root may have %s in its name', async (_, name) => {
    const root = join(scratch('odd'), name);
    renameSync(rootfs(), root);
    const { code, stdout } = await slipway(['run', '--rm', '--rootfs', root, 'echo', 'started']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'started\n' });
  });
});

test('B11: a name that is a path is none', async () => {
  for (const name of ['../x', '.', '..', 'a/b', '//etc', 'a\nb', '-x', '_x']) {
    const { code, stderr } = await slipway(['run', '--rm', '--name', name, 'box', 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringMatching(/name/i) });
  }
  for (const name of ['', '../x', '.', '..', '/etc']) {
    expect((await slipway(['exec', name, 'true'])).code, name).not.toBe(0);
    expect((await slipway(['rm', name])).code, name).not.toBe(0);
  }
  for (const name of ['a/b', 'a b', 'a\nb', '-x']) {
    expect((await slipway(['run', '--rm', '-v', `${name}:/v`, 'box', 'true'])).code, name).not.toBe(0);
  }
});
