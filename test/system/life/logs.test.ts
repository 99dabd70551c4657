// `logs`: what a program has written, while it runs and after.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { homeOf, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';

const folderOf = (name: string) => {
  const { SLIPWAY_ROOT } = homeOf();
  return join(SLIPWAY_ROOT, 'containers', readlinkSync(join(SLIPWAY_ROOT, 'names', name)));
};

/** Runs a script in the background to its end. */
async function ran(name: string, script: string, flags: readonly string[] = []): Promise<void> {
  const { stderr } = await slipway(['run', '-d', '--name', name, ...flags, 'box', 'sh', '-c', script]);
  expect(stderr).toBe('');
  await slipway(['wait', name]);
}

const logs = (...args: string[]) => slipway(['logs', ...args]);

describe('the log', () => {
  test('is Docker json-file, a line each', async () => {
    await ran('lines', 'echo one; sleep 0.05; echo two >&2; sleep 0.05; printf three');
    const text = readFileSync(join(folderOf('lines'), 'log.jsonl'), 'utf8');
    const records = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ log, stream }) => [log, stream])).toEqual([
      ['one\n', 'stdout'],
      ['two\n', 'stderr'],
      ['three', 'stdout'],
    ]);
    for (const { time } of records) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  });

  test('is there of a program that we stayed with, too', async () => {
    await slipway(['run', '--name', 'stayed', 'box', 'echo', 'hello']);
    expect((await logs('stayed')).stdout).toBe('hello\n');
  });

  test('goes on when the container is started again', async () => {
    await ran('again', 'echo run');
    expect((await slipway(['start', '-a', 'again'])).stdout).toBe('run\n');
    expect((await logs('again')).stdout).toBe('run\nrun\n');
  });
});

describe('logs', () => {
  test('keeps stdout and stderr apart', async () => {
    expect(await logs('lines')).toEqual({ code: 0, stdout: 'one\nthree', stderr: 'two\n' });
  });

  test('-t begins each line with its time', async () => {
    const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z';
    expect((await logs('-t', 'lines')).stdout).toMatch(new RegExp(`^${time} one\n${time} three$`));
  });

  test('-n gives the last lines, from as far back as it takes', async () => {
    await ran('many', 'seq 1 30000');
    const all = Array.from({ length: 30_000 }, (_, index) => index + 1);
    for (const count of [0, 1, 2, 10, 29_999, 30_000, 40_000]) {
      const { stdout } = await logs('-n', String(count), 'many');
      expect(stdout.split('\n').filter(Boolean).map(Number)).toEqual(count === 0 ? [] : all.slice(-count));
    }
    for (const words of [[], ['--tail', 'all'], ['-n', '-1']]) {
      expect((await logs(...words, 'many')).stdout.length).toBe(all.join('\n').length + 1);
    }
  });

  test('--since and --until leave out what is earlier or later', async () => {
    await ran('spaced', 'for i in 1 2 3; do echo $i; sleep 0.2; done');
    const times = (await logs('-t', 'spaced')).stdout.split('\n').map((line) => line.split(' ')[0] as string);
    expect((await logs('--since', times[1] as string, 'spaced')).stdout).toBe('2\n3\n');
    expect((await logs('--until', times[1] as string, 'spaced')).stdout).toBe('1\n2\n');
    expect((await logs('--since', '1h', 'spaced')).stdout).toBe('1\n2\n3\n');
    expect((await logs('--until', '1h', 'spaced')).stdout).toBe('');
  });

  test('-f goes on with what is written, and ends with the program', async () => {
    const script = 'echo first; while read line; do echo $line; done; echo last';
    await using box = start(['run', '-i', '--name', 'followed', 'box', 'sh', '-c', script]);
    await box.says('first');
    await using reader = start(['logs', '-f', 'followed']);
    await using late = start(['logs', '-f', '-n', '0', 'followed']);
    await reader.says('first');
    await until('the other to wait', () => hasInotify(late.pid));
    box.child.stdin.write('second\n');
    await reader.says('second');
    await late.says('second');
    box.child.stdin.end('third\n');
    expect(await reader.ended).toEqual({ code: 0, stdout: 'first\nsecond\nthird\nlast\n', stderr: '' });
    expect((await late.ended).stdout).toBe('second\nthird\nlast\n');
  });

  test('-f of one that has ended ends at once', async () => {
    expect((await logs('-f', 'lines')).stdout).toBe('one\nthree');
  });

  test('-f is ended by the death of the shim too', async () => {
    await slipway(['run', '-d', '--name', 'shimless', 'box', 'sh', '-c', 'echo up; sleep 1000']);
    await using reader = start(['logs', '-f', 'shimless']);
    await reader.says('up');
    const { ppid } = await until('the shim', () => shimOfName('shimless'));
    process.kill(ppid, 'SIGKILL');
    expect((await reader.ended).code).toBe(0);
  });

  test('of a reader that stalls holds nobody up', async () => {
    await slipway(['run', '-d', '--name', 'busy', 'box', 'sh', '-c', 'seq 1 300000; echo done >&2']);
    await using reader = start(['logs', '-f', 'busy']);
    reader.child.stdout.pause();
    expect((await slipway(['wait', 'busy'])).stdout).toBe('0\n');
    reader.child.stdout.resume();
    expect((await reader.ended).stdout.trimEnd().split('\n').at(-1)).toBe('300000');
  });

  test('of what is not there, or keeps no log, is an error', async () => {
    expect(await logs('nosuch')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'slipway: no such container: nosuch. `slipway ps -a` lists those there are\n',
    });
    await ran('mute', 'echo hi', ['--log-driver', 'none']);
    expect(await logs('mute')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'slipway: configured logging driver does not support reading\n',
    });
  });
});

describe('--log-opt max-size and max-file', () => {
  test('keep the newest part, in so many files, which logs reads as one', async () => {
    await ran('rotated', 'seq 1 20000', ['--log-opt', 'max-size=100k', '--log-opt', 'max-file=3']);
    const names = readdirSync(folderOf('rotated')).filter((name) => /^log\.jsonl\.\d+$/.test(name));
    expect(names.length).toBe(2);
    for (const name of names) {
      const text = readFileSync(join(folderOf('rotated'), name), 'utf8');
      expect(text.length).toBeGreaterThanOrEqual(100 * 1024);
      expect(text.length).toBeLessThan(101 * 1024);
    }
    const { stdout } = await logs('rotated');
    const numbers = stdout.trimEnd().split('\n').map(Number);
    const first = numbers[0] as number;
    expect(first).toBeGreaterThan(10_000);
    expect(numbers).toEqual(Array.from({ length: 20_001 - first }, (_, index) => first + index));
    expect((await logs('-n', '3000', 'rotated')).stdout.split('\n').filter(Boolean).length).toBe(3000);
  });

  test('one file begins anew when it is full', async () => {
    await ran('single', 'seq 1 20000', ['--log-opt', 'max-size=100k']);
    const text = readFileSync(join(folderOf('single'), 'log.jsonl'), 'utf8');
    expect(text.length).toBeLessThan(101 * 1024);
    expect((await logs('-n', '1', 'single')).stdout).toBe('20000\n');
  });

  test('-f loses nothing when files are changed under it', async () => {
    const script = 'read go; for i in $(seq 1 2000); do echo "$i ...................................."; done';
    const flags = ['--log-opt', 'max-size=4k', '--log-opt', 'max-file=100'];
    await using box = start(['run', '-i', ...flags, '--name', 'turning', 'box', 'sh', '-c', script]);
    await until('it to run', async () => (await slipway(['ps'])).stdout.includes('turning'));
    await using reader = start(['logs', '-f', 'turning']);
    await until('the reader to wait', () => hasInotify(reader.pid));
    box.child.stdin.end('go\n');
    const { stdout } = await reader.ended;
    const numbers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1));
  });
});

function shimOfName(name: string): { ppid: number } | undefined {
  const { pid } = JSON.parse(readFileSync(join(folderOf(name), 'state.json'), 'utf8'));
  const ppid = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return ppid > 0 ? { ppid } : undefined;
}

function hasInotify(pid: number): boolean {
  try {
    return Array.from({ length: 60 }, (_, fd) => fd).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).includes('inotify');
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

const NAMES = [
  'lines',
  'stayed',
  'again',
  'many',
  'spaced',
  'followed',
  'shimless',
  'busy',
  'mute',
  'rotated',
  'single',
];
afterAll(() => slipway(['rm', '-f', ...NAMES, 'turning']));
