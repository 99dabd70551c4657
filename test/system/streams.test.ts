// Standard input and output: whole, in order, no faster than the other side takes it, and at an end when it ends.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { bytesWritten, peakMemory, pidOf, shimOf } from './processes.ts';
import { SLIPWAY, scratch, slipway, spawnOptions, start } from './slipway.ts';
import { until } from './until.ts';

const MEGABYTE = 1024 * 1024;

describe('output', () => {
  test('of 1 GB comes whole and in order, with flat memory', async () => {
    const block = randomBytes(10_000_000);
    const folder = scratch('block');
    writeFileSync(join(folder, 'block'), block);
    const expected = createHash('sha256');
    for (let round = 0; round < 100; round++) expected.update(block);
    // Before and after it waits for a word from us, while we look at memory.
    const program = 'echo ready >&2; read x; for i in $(seq 100); do cat /d/block; done; echo done >&2; read x';
    const args = [
      'run',
      '--rm',
      '--log-driver',
      'none',
      '--name',
      'large',
      '-i',
      '-v',
      `${folder}:/d:ro`,
      'box',
      'sh',
      '-c',
      program,
    ];
    const child = spawn(SLIPWAY, args, spawnOptions({}));
    const ended = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += bytes;
    });
    await until('the start', () => said.includes('ready'));
    const processes = [child.pid as number, shimOf('large')];
    const before = processes.map(peakMemory);

    const actual = createHash('sha256');
    let count = 0;
    child.stdout.on('data', (bytes: Buffer) => {
      actual.update(bytes);
      count += bytes.length;
    });
    child.stdin.write('go\n');
    await until('1 GB', () => said.includes('done') && count >= 1e9, 110_000);
    const growth = processes.map((pid, index) => (peakMemory(pid) - (before[index] as number)) / MEGABYTE);
    child.stdin.end('end\n');

    expect(await ended).toBe(0);
    expect(count).toBe(1e9);
    expect(actual.digest('hex')).toBe(expected.digest('hex'));
    for (const megabytes of growth) expect(megabytes).toBeLessThan(32);
  });

  test('waits in the program when nobody reads it, and not in memory', async () => {
    const child = spawn(SLIPWAY, ['run', '--name', 'unread', 'box', 'cat', '/dev/zero'], spawnOptions({}));
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdout.pause();
    const program = await until('the program', () => tryPid('unread'));
    await until('the program to be held up', async () => {
      const before = bytesWritten(program);
      await sleep(300);
      return before > 0 && bytesWritten(program) === before;
    });
    expect(bytesWritten(program)).toBeLessThan(8 * MEGABYTE);
    // The shim is not waited for until patience is at an end, and not killed.
    expect((await slipway(['rm', '-f', 'unread'], { timeoutMs: 8_000 })).code).toBe(0);
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
    child.stdout.resume();
    await ended;
  });

  test('that nobody reads keeps no signal from the program', async () => {
    const program = 'trap "exit 3" TERM; cat /dev/zero & wait';
    const args = ['run', '--rm', '--name', 'signalled', 'box', 'sh', '-c', program];
    const child = spawn(SLIPWAY, args, spawnOptions({}));
    const ended = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('readable', resolve));
    child.kill('SIGTERM');
    await until('the container to be gone', async () => (await slipway(['ps', '-aq'])).stdout === '');
    child.stdout.resume();
    expect(await ended).toBe(3);
  });

  test('to a pipe that nobody reads any more ends the program, as in any pipeline', async () => {
    const child = spawn(SLIPWAY, ['run', '--rm', 'box', 'yes'], spawnOptions({}));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const first = await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(String(first)).toMatch(/^y\ny\n/);
    child.stdout.destroy();
    expect(await ended).toBe(1); // what busybox's yes makes of EPIPE
  });

  test('and errors do not mix', async () => {
    const { stdout, stderr } = await slipway([
      'run',
      '--rm',
      'box',
      'sh',
      '-c',
      'for i in 1 2 3; do echo o$i; echo e$i >&2; done',
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: 'o1\no2\no3\n', stderr: 'e1\ne2\ne3\n' });
  });

  test('may be any bytes', async () => {
    const octal = Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const child = spawn(SLIPWAY, ['run', '--rm', 'box', 'printf', octal], spawnOptions({}));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    expect([...Buffer.concat(chunks)]).toEqual(Array.from({ length: 256 }, (_, byte) => byte));
  });

  test('can be closed by the program, which lives on', async () => {
    const { code, stdout } = await slipway([
      'run',
      '--rm',
      'box',
      'sh',
      '-c',
      'echo last; exec >&- 2>&-; sleep 0.2; exit 4',
    ]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: 'last\n' });
  });

  test('of the last moment is not lost', async () => {
    const size = 60_000; // what a pipe holds when the program is gone
    for (let round = 0; round < 10; round++) {
      const { stdout } = await slipway(['run', '--rm', 'box', 'sh', '-c', `head -c ${size} /dev/zero`]);
      expect(stdout.length).toBe(size);
    }
  });

  test('ends with PID 1, whatever it has left behind', async () => {
    const { code, stdout } = await slipway([
      'run',
      '--rm',
      'box',
      'sh',
      '-c',
      '(sleep 1000; echo late) & echo now; exit 8',
    ]);
    expect({ code, stdout }).toEqual({ code: 8, stdout: 'now\n' });
  });
});

describe('input', () => {
  test('of 200 MB goes through -i whole', async () => {
    const input = randomBytes(200 * MEGABYTE);
    const sum = createHash('sha256').update(input).digest('hex');
    const { stdout } = await slipway(['run', '--rm', '-i', 'box', 'sha256sum'], { input });
    expect(stdout).toBe(`${sum}  -\n`);
  });

  test('waits with its sender when the program does not read, and not in memory', async () => {
    await using process = start(['run', '--rm', '--name', 'deaf', '-i', 'box', 'sh', '-c', 'echo ready; sleep 1000']);
    await process.says('ready');
    const processes = [process.pid, shimOf('deaf')];
    const before = processes.map(peakMemory);
    process.child.stdin.write(Buffer.alloc(100 * MEGABYTE));
    await until('the sender to be held up', async () => {
      const before = process.child.stdin.writableLength;
      await sleep(300);
      return process.child.stdin.writableLength === before;
    });
    const growth = processes.map((pid, index) => (peakMemory(pid) - (before[index] as number)) / MEGABYTE);
    for (const megabytes of growth) expect(megabytes).toBeLessThan(16);
    // A signal is heard all the same.
    process.kill('SIGTERM');
    await process.says('takes no notice of SIGTERM');
    await slipway(['rm', '-f', 'deaf']);
    expect((await process.ended).code).toBe(137);
  });

  test('ends when ours ends, and the program writes on', async () => {
    const program = 'cat; echo eof; sleep 0.2; echo after';
    const { stdout } = await slipway(['run', '--rm', '-i', 'box', 'sh', '-c', program], { input: 'a\n' });
    expect(stdout).toBe('a\neof\nafter\n');
  });

  test('comes as it is typed, line by line', async () => {
    await using process = start(['run', '--rm', '-i', 'box', 'cat']);
    for (const line of ['one', 'two', 'three']) {
      process.child.stdin.write(`${line}\n`);
      await process.says(line);
    }
    process.child.stdin.end();
    expect((await process.ended).stdout).toBe('one\ntwo\nthree\n');
  });

  test('may be left unread, wholly or in part', async () => {
    const input = Buffer.alloc(5 * MEGABYTE, 'x');
    const part = await slipway(['run', '--rm', '-i', 'box', 'head', '-c', '3'], { input });
    expect(part).toEqual({ code: 0, stdout: 'xxx', stderr: '' });
    const closed = await slipway(['run', '--rm', '-i', 'box', 'sh', '-c', 'exec <&-; sleep 0.2; exit 6'], { input });
    expect(closed).toEqual({ code: 6, stdout: '', stderr: '' });
  });

  test('is empty without -i, and ours is left to whoever comes next', async () => {
    const line = `printf 'a\\nb\\n' | { ${SLIPWAY} run --rm box wc -c; cat; }`;
    const child = spawn('sh', ['-c', line], spawnOptions({}));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('0\na\nb\n');
  });
});

function tryPid(name: string): number | undefined {
  try {
    return pidOf(name);
  } catch {
    return undefined;
  }
}

afterAll(() => slipway(['rm', '-f', 'large', 'unread', 'deaf']));
