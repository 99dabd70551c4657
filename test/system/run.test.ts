// `slipway run`: the program, its words, its environment and its folder.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftovers, sh } from './in-box.ts';
import { scratch, slipway } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

describe.each<[string, () => User | undefined]>([
  ['root', () => undefined],
  ['an ordinary user', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('the first start of %s', (_, getUser) => {
  test('shows a machine of its own', async () => {
    const user = getUser();
    const { code, stdout, stderr } = await slipway(
      ['run', '--rm', 'box', 'sh', '-c', 'hostname; echo $$; id -u; ls /'],
      { user },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[0-9a-f]{12}\n1\n0\nbin\ndev\netc\nhome\n/);
  });

  test('ends with the program’s exit code, and leaves nothing', async () => {
    const user = getUser();
    expect((await slipway(['run', '--rm', 'box', 'sh', '-c', 'exit 7'], { user })).code).toBe(7);
    await until('all to be gone', () => leftovers(user).length === 0);
  });
});

describe('the program', () => {
  test('is PID 1 itself', async () => {
    expect((await slipway(['run', '--rm', 'box', 'readlink', '/proc/self'])).stdout).toBe('1\n');
  });

  test('is the image’s, or --entrypoint with the words behind it', async () => {
    expect((await slipway(['run', '--rm', '-i', 'box'], { input: 'echo the shell; exit 3' })).stdout).toBe(
      'the shell\n',
    );
    expect((await slipway(['run', '--rm', '--entrypoint', 'echo', 'box', 'a', 'b'])).stdout).toBe('a b\n');
    expect((await slipway(['run', '--rm', '--entrypoint', 'hostname', '--hostname', 'me', 'box'])).stdout).toBe('me\n');
    expect((await slipway(['run', '--rm', '--entrypoint', '', 'box', 'echo', 'x'])).stdout).toBe('x\n');
    expect((await slipway(['run', '--entrypoint', '', 'box'])).stderr).toBe(
      'slipway: no command specified: name the program to run\n',
    );
  });

  test('gets the words behind the image as they are, flags too', async () => {
    const words = ['-n', '--rm', '--', '', 'two words', '$HOME', 'ü'];
    const { stdout } = await slipway(['run', '--rm', 'box', 'printf', '%s|', ...words]);
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''));
  });

  test.each([
    [['nosuch'], 127, 'exec: "nosuch": executable file not found in the container\'s $PATH'],
    [['/no/such'], 127, 'exec: "/no/such": no such file or directory in the container'],
    [['/etc/passwd'], 126, 'exec: "/etc/passwd": permission denied: it is not executable'],
    [['/etc/passwd/x'], 127, 'exec: "/etc/passwd/x": no such file or directory in the container'],
    [['/etc'], 126, 'exec: "/etc": permission denied: it is a directory'],
    [[''], 127, 'exec: "": executable file not found in the container\'s $PATH'],
  ])('that cannot be started is said, and nothing is left: %j', async (command, code, sentence) => {
    expect(await slipway(['run', 'box', ...command])).toEqual({ code, stdout: '', stderr: `slipway: ${sentence}\n` });
    expect(leftovers()).toEqual([]);
  });

  test('may be a script, with the interpreter of the image', async () => {
    const folder = scratch('scripts');
    writeFileSync(join(folder, 'good'), '#!/bin/sh\necho a script of $0\n', { mode: 0o755 });
    writeFileSync(join(folder, 'bad'), '#!/no/interpreter\n', { mode: 0o755 });
    writeFileSync(join(folder, 'odd'), 'neither\n', { mode: 0o755 });
    expect(await sh(['-v', `${folder}:/s`], '/s/good')).toBe('a script of /s/good');
    const bad = await slipway(['run', '--rm', '-v', `${folder}:/s`, 'box', '/s/bad']);
    expect(bad).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('the loader or interpreter that it names'),
    });
    const odd = await slipway(['run', '--rm', '-v', `${folder}:/s`, 'box', '/s/odd']);
    expect(odd).toMatchObject({ code: 126, stderr: expect.stringContaining('It is no program for this machine') });
  });
});

describe('its environment', () => {
  test('is Docker’s, the -e flags, and those of the files', async () => {
    const file = join(scratch('env'), 'env');
    writeFileSync(file, '# a comment\nFROM_FILE=1\n  INDENTED= kept \nPASSED\nABSENT\nBOTH=file\n');
    const args = [
      'run',
      '--rm',
      '--hostname',
      'me',
      '-e',
      'A=b=c',
      '-e',
      'PASSED_TOO',
      '-e',
      'BOTH=flag',
      '--env-file',
      file,
      'box',
      'env',
    ];
    const { stdout } = await slipway(args, { env: { PASSED: 'through', PASSED_TOO: 'through' } });
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        'A=b=c',
        'BOTH=flag',
        'FROM_FILE=1',
        'HOME=/root',
        'HOSTNAME=me',
        'INDENTED= kept ',
        'PASSED=through',
        'PASSED_TOO=through',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ].sort(),
    );
  });

  test('holds nothing of ours', async () => {
    const { stdout } = await slipway(['run', '--rm', 'box', 'env'], { env: { SECRET: 'password' } });
    expect(stdout).not.toMatch(/SECRET|SLIPWAY|NODE/);
  });
});

describe('its folder', () => {
  test('is / or -w, which is made when it is missing', async () => {
    expect(await sh([], 'pwd')).toBe('/');
    expect(await sh(['-w', '/tmp'], 'pwd')).toBe('/tmp');
    expect(await sh(['-w', '/not/yet/there', '-u', 'nobody'], 'pwd; ls -ldn . | cut -c1-10')).toBe(
      '/not/yet/there\ndrwxr-xr-x',
    );
  });

  test.each([
    ['tmp', "the working directory 'tmp' is invalid, it needs to be an absolute path"],
    ['/etc/passwd', 'the working folder /etc/passwd cannot be entered: it is no folder'],
    ['/etc/passwd/x', 'the working folder /etc/passwd/x cannot be entered: it is no folder'],
  ])('cannot be %s', async (folder, sentence) => {
    expect(await slipway(['run', '-w', folder, 'box', 'pwd'])).toEqual({
      code: 125,
      stdout: '',
      stderr: `slipway: ${sentence}\n`,
    });
  });
});
