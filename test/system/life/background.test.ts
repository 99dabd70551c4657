// Containers in the background: `run -d`, and what becomes of them.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { pidOf, shimOf } from '../processes.ts';
import { SLIPWAY, scratch, slipway, spawnOptions, start } from '../slipway.ts';
import { until } from '../until.ts';

const gone = (name: string) =>
  until(`${name} to be gone`, async () => !(await slipway(['ps', '-a'])).stdout.includes(name));

describe('run -d', () => {
  test('prints the whole id, and leaves the program running', async () => {
    const { code, stdout, stderr } = await slipway(['run', '-d', '--name', 'left', 'box', 'sleep', '1000']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await slipway(['ps', '--no-trunc', '-q'])).stdout).toBe(stdout);
    expect(readFileSync(`/proc/${pidOf('left')}/comm`, 'utf8')).toBe('sleep\n');
  });

  test('leaves nothing that holds our terminal, our folder or our pipes', async () => {
    const shim = shimOf('left');
    for (const fd of [0, 1, 2]) expect(readlinkSync(`/proc/${shim}/fd/${fd}`)).toBe('/dev/null');
    expect(readFileSync(`/proc/${shim}/stat`, 'utf8').split(' ')[5]).toBe(String(shim)); // a session of its own
    await slipway(['rm', '-f', 'left']);
    // A pipe that we have given it as descriptor 3 comes to its end, although the container runs.
    const child = spawn(SLIPWAY, ['run', '-d', '--name', 'left', 'box', 'sleep', '1000'], {
      ...spawnOptions({}),
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    await new Promise((resolve) => (child.stdio[3] as Readable).resume().on('close', resolve));
    expect((await slipway(['ps', '-q'])).stdout).not.toBe('');
    await slipway(['rm', '-f', 'left']);
  });

  test('fails as a start in the foreground does, and leaves nothing', async () => {
    const file = join(scratch('cid'), 'id');
    const { code, stdout, stderr } = await slipway(['run', '-d', '--name', 'none', '--cidfile', file, 'box', 'nosuch']);
    expect({ code, stdout }).toEqual({ code: 127, stdout: '' });
    expect(stderr).toMatch(/^slipway: .*nosuch.*\n$/);
    expect(existsSync(file)).toBe(false);
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
  });

  test('with --rm takes the container away when its program has ended', async () => {
    await slipway([
      'run',
      '-d',
      '--rm',
      '--name',
      'brief',
      '-v',
      '/data',
      'box',
      'sh',
      '-c',
      'echo hi >/data/x; sleep 2',
    ]);
    expect((await slipway(['ps'])).stdout).toContain('brief');
    expect((await slipway(['wait', 'brief'])).stdout).toBe('0\n');
    await gone('brief');
    expect((await slipway(['clean'])).stdout).not.toMatch(/container|volume|name/);
  });

  test('with -t gives the program a terminal', async () => {
    await slipway(['run', '-dt', '--name', 'tty', 'box', 'sh', '-c', 'test -t 1 && echo terminal']);
    await slipway(['wait', 'tty']);
    expect((await slipway(['logs', 'tty'])).stdout).toBe('terminal\r\n');
    await slipway(['rm', 'tty']);
  });

  test('with -i keeps its stdin open for those who come', async () => {
    await slipway(['run', '-di', '--name', 'reader', 'box', 'sh', '-c', 'read a; echo got $a; read b; echo got $b']);
    // One line each: the first to come does not end what the second writes to.
    for (const word of ['one', 'two']) {
      const visitor = start(['attach', 'reader']);
      visitor.child.stdin.end(`${word}\n`);
      await visitor.says(`got ${word}`);
      visitor.kill('SIGKILL');
      await visitor.ended;
    }
    await slipway(['wait', 'reader']);
    expect((await slipway(['logs', 'reader'])).stdout).toBe('got one\ngot two\n');
    await slipway(['rm', 'reader']);
  });

  test('does not go with -a', async () => {
    const { code, stderr } = await slipway(['run', '-d', '-a', 'stdout', 'box', 'true']);
    expect(code).toBe(125);
    expect(stderr).toBe('slipway: conflicting options: cannot specify both --attach and --detach\n');
  });
});

describe('run -a', () => {
  const script = 'echo out; echo err >&2; cat';

  test.each([
    [['-a', 'stdout'], 'out\n', ''],
    [['-a', 'stderr'], '', 'err\n'],
    [['-a', 'stdout', '-a', 'stderr'], 'out\n', 'err\n'],
    [['-i', '-a', 'stdin', '-a', 'stdout'], 'out\nin\n', ''],
  ])('%j stays with those streams alone', async (flags, stdout, stderr) => {
    const result = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', script], { input: 'in\n' });
    expect(result).toEqual({ code: 0, stdout, stderr });
  });
});

describe('wait', () => {
  test('gives the exit code, of one that runs and of one that has ended', async () => {
    await slipway(['run', '-d', '--name', 'seven', 'box', 'sh', '-c', 'sleep 0.3; exit 7']);
    expect(await slipway(['wait', 'seven'])).toEqual({ code: 0, stdout: '7\n', stderr: '' });
    expect(await slipway(['wait', 'seven'])).toEqual({ code: 0, stdout: '7\n', stderr: '' });
    await slipway(['rm', 'seven']);
  });

  test('of several waits for each, and an unknown one is an error', async () => {
    await slipway(['run', '-d', '--name', 'w1', 'box', 'sh', '-c', 'sleep 0.3; exit 1']);
    await slipway(['run', '-d', '--name', 'w2', 'box', 'sh', '-c', 'exit 2']);
    const { code, stdout, stderr } = await slipway(['wait', 'w1', 'nosuch', 'w2']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '1\n2\n' });
    expect(stderr).toBe('slipway: no such container: nosuch. `slipway ps -a` lists those there are\n');
    await slipway(['rm', 'w1', 'w2']);
  });
});

afterAll(() => slipway(['rm', '-f', 'left', 'brief', 'tty', 'reader', 'seven', 'w1', 'w2']));
