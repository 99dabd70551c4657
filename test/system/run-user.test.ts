// `slipway run -u`: who the program runs as.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sh } from './in-box.ts';
import { scratch, slipway } from './slipway.ts';

describe('its user', () => {
  test.each([
    [[], /^uid=0\(root\) gid=0\(root\) groups=0\(root\),10\(wheel\)$/],
    [['-u', 'nobody'], /^uid=65534\(nobody\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [['-u', '65534'], /^uid=65534\(nobody\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [['-u', '1234'], /^uid=1234 gid=0\(root\) groups=0\(root\)$/],
    [['-u', '1234:1234'], /^uid=1234 gid=1234 groups=1234$/],
    [['-u', 'root:nobody'], /^uid=0\(root\) gid=65534\(nobody\) groups=65534\(nobody\)$/],
    [
      ['-u', '0', '--group-add', 'nobody', '--group-add', '77'],
      /^uid=0\(root\) gid=0\(root\) groups=0\(root\),10\(wheel\),77,65534\(nobody\)$/,
    ],
  ])('%j', async (flags, expected) => {
    expect(await sh(flags, 'id')).toMatch(expected);
  });

  test('is looked up in the image’s own files, not in the host’s', async () => {
    const folder = scratch('etc');
    writeFileSync(join(folder, 'passwd'), 'root:x:0:0::/root:/bin/sh\nsailor:x:777:778::/ship:/bin/sh\n');
    writeFileSync(join(folder, 'group'), 'crew:x:778:\ndeck:x:900:sailor,root\n');
    const flags = ['-v', `${folder}/passwd:/etc/passwd`, '-v', `${folder}/group:/etc/group`];
    expect(await sh([...flags, '-u', 'sailor'], 'id; echo $HOME')).toBe(
      'uid=777(sailor) gid=778(crew) groups=778(crew),900(deck)\n/ship',
    );
    const { code, stderr } = await slipway(['run', ...flags, '-u', 'nobody', 'box', 'id']);
    expect([code, stderr]).toEqual([
      125,
      "slipway: unable to find user nobody: no matching entries in the image's /etc/passwd\n",
    ]);
  });

  test('has no rights over root’s files, and can write to its stdout and stderr by name', async () => {
    const { code, stdout, stderr } = await slipway([
      'run',
      '--rm',
      '-u',
      'nobody',
      'box',
      'sh',
      '-c',
      'touch /x 2>/dev/null || echo no > /dev/stdout; echo err > /dev/stderr',
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'no\n', stderr: 'err\n' });
  });

  test.each([
    ['nosuch', "unable to find user nosuch: no matching entries in the image's /etc/passwd"],
    ['0:nosuch', "unable to find group nosuch: no matching entries in the image's /etc/group"],
    [
      '4294967296',
      'invalid argument "4294967296" for "-u, --user" flag: invalid user or group "4294967296": uids and gids must be in range 0-2147483647',
    ],
    [
      '-1',
      'invalid argument "-1" for "-u, --user" flag: invalid user or group "-1": uids and gids must be in range 0-2147483647',
    ],
    [
      'a:b:c',
      'invalid argument "a:b:c" for "-u, --user" flag: invalid user "a:b:c": it is not of the form user or user:group',
    ],
  ])('that there is not: -u %s', async (user, sentence) => {
    expect(await slipway(['run', `--user=${user}`, 'box', 'id'])).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: ${sentence}\n`,
    });
  });
});
