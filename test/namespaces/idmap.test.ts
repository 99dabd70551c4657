// Which ids an ordinary user may map: read from files as /etc/subuid is one, and written to real user namespaces.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultMappings, subRange } from '../../src/namespaces/idmap.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-idmap-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a range of a file like /etc/subuid', () => {
  const find = (content: string, ...names: string[]) => {
    const file = join(folder, 'subuid');
    writeFileSync(file, content);
    return subRange(file, names);
  };

  test.each<[string, string[], { hostID: number; size: number } | undefined]>([
    ['', ['me'], undefined],
    ['me:100000:65536\n', ['me'], { hostID: 100_000, size: 65_536 }],
    ['me:100000:65536', ['me'], { hostID: 100_000, size: 65_536 }],
    ['you:1:2\nme:100000:65536\n', ['me'], { hostID: 100_000, size: 65_536 }],
    ['me:100000:65536\nme:200000:10\n', ['me'], { hostID: 100_000, size: 65_536 }],
    ['1000:5:6\n', ['me', '1000'], { hostID: 5, size: 6 }],
    ['meme:5:6\n', ['me'], undefined],
    ['me:5:0\n', ['me'], undefined],
    ['me\nme:\nme:x:y\n', ['me'], undefined],
    ['# me:5:6\n', ['me'], undefined],
    [':5:6\n', ['me'], undefined],
  ])('%j for %j', (content, names, range) => {
    expect(find(content, ...names)).toEqual(range);
  });

  test('is none when there is no such file', () => {
    expect(subRange(join(folder, 'missing'), ['me'])).toBeUndefined();
  });
});

test('root of the container is who started it, and the range comes behind', () => {
  const { uid, gid } = defaultMappings();
  expect(uid[0]).toEqual({ containerID: 0, hostID: process.geteuid?.(), size: 1 });
  expect(gid[0]).toEqual({ containerID: 0, hostID: process.getegid?.(), size: 1 });
  const listed = readFileSync('/etc/subuid', 'utf8').includes(`${userInfo().username}:`);
  expect(uid.length === 2).toBe(listed);
  if (uid[1]) expect(uid[1]).toMatchObject({ containerID: 1 });
});
