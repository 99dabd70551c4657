// A mistake on the command line: one line that names it and says what is allowed, exit code 125, and nothing is left.

import { describe, expect, test } from 'vitest';
import { leftovers } from './in-box.ts';
import { slipway } from './slipway.ts';

describe('a mistake is told in one line, with exit code 125, and nothing is left', () => {
  test.each([
    [['rnu'], 'unknown command: rnu. Did you mean run?'],
    [['fly'], 'unknown command: fly. `slipway help` lists those there are'],
    [['--lang', 'zh'], '打开课程需要终端'],
    [['--plain'], 'the course needs a terminal to open in'],
    [['run'], 'an image is missing: slipway run [flags] IMAGE [COMMAND …], such as box'],
    [['spec'], 'an image is missing: slipway spec [flags] IMAGE [COMMAND …], such as box'],
    [['run', '--rootfs', '', 'true'], '--rootfs "": there is no such folder'],
    [
      ['run', 'alpine'],
      'no such image: "alpine". There is one, box, made of this machine\'s own programs; --rootfs DIR runs any folder',
    ],
    [['run', '--rootfs', '/no\nsuch', 'true'], '--rootfs "/no\\nsuch": there is no such folder'],
    [
      ['run', '-w', 'red\x1b[31m', 'box'],
      "the working directory 'red\\x1b[31m' is invalid, it needs to be an absolute path",
    ],
    [['run', '--nme', 'x', 'box'], 'unknown flag: --nme. Did you mean --name?'],
    [['run', '-Z', 'box'], "unknown shorthand flag: 'Z' in -Z"],
    [['run', '-iZ', 'box'], "unknown shorthand flag: 'Z' in -iZ"],
    [['run', '--name'], 'flag needs an argument: --name'],
    [['run', '-m'], "flag needs an argument: 'm' in -m"],
    [['run', '--rm=maybe', 'box'], 'invalid argument "maybe" for "--rm" flag: "maybe" is neither true nor false'],
    [
      ['run', '-m', '5x', 'box'],
      'invalid argument "5x" for "-m, --memory" flag: invalid size: \'5x\'. Write it as 512m: a number, then b, k, m or g',
    ],
    [['run', '-m', '1m', 'box'], 'minimum memory limit allowed is 6MB: give --memory more'],
    [['run', '--cpus', '0', 'box'], /^range of CPUs is from 0.01 to \d+.00, as there are only \d+ CPUs available$/],
    [
      ['run', '--name', 'a\r\nb\t\x9b', 'box'],
      'invalid argument "a\\x0d\\nb\\x09\\x9b" for "--name" flag: invalid container name (a\\x0d\\nb\\x09\\x9b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and from 2 to 255 of them',
    ],
    [['run', '--cpus', '1', '--cpu-quota', '5000', 'box'], 'conflicting options: --cpus and --cpu-quota'],
    [
      ['run', '--name', 'a/b', 'box'],
      'invalid argument "a/b" for "--name" flag: invalid container name (a/b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and from 2 to 255 of them',
    ],
    [
      ['run', '--hostname', 'a b', 'box'],
      'invalid argument "a b" for "-h, --hostname" flag: invalid hostname format: a b. It has letters, digits, dots and hyphens, 64 at most',
    ],
    [
      ['run', '--env-file', '/no/such', 'box'],
      'invalid argument "/no/such" for "--env-file" flag: there is no such file or folder',
    ],
    [
      ['run', '--explain-file', '/no/such/file', 'box'],
      '--explain-file "/no/such/file" cannot be written: there is no such file or folder',
    ],
    [
      ['run', '-e', '=x', 'box'],
      'invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x. Write it as NAME=value',
    ],
    [
      ['run', '--cap-add', 'FLY', 'box'],
      'invalid argument "FLY" for "--cap-add" flag: unknown capability "FLY". It is ALL or one that `man 7 capabilities` lists, such as NET_ADMIN',
    ],
    [
      ['run', '--device', '/dev/no-such', 'box'],
      'error gathering device information while adding custom device "/dev/no-such": no such file or directory',
    ],
    [
      ['run', '--ulimit', 'nofile=5:4', 'box'],
      'invalid argument "nofile=5:4" for "--ulimit" flag: ulimit soft limit must be less than or equal to hard limit: 5 > 4',
    ],
    [['run', '-p', '80:80', 'box'], '-p, --publish needs a network with a bridge, which comes later'],
    [
      ['run', '--gpus', 'all', 'box'],
      '--gpus is not there: give the devices and libraries of a GPU with --device and -v',
    ],
    [['help', 'fly'], 'unknown command: fly. `slipway help` lists those there are'],
    [['ps', 'x'], 'ps takes no words, and "x" is one'],
    [['rm'], 'a container is missing: slipway rm [flags] CONTAINER …'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await slipway(args);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    if (typeof sentence === 'string') expect(stderr).toBe(`slipway: ${sentence}\n`);
    else expect(stderr.replace(/^slipway: /, '').trimEnd()).toMatch(sentence);
    expect(leftovers()).toEqual([]);
  });
});
