// What goes wrong with containers in the background: full disks, killed processes, much output, many commands at once.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { peakMemory, pidOf, shimOf } from '../processes.ts';
import { homeOf, SLIPWAY, scratch, slipway, spawnOptions, start } from '../slipway.ts';
import { until } from '../until.ts';
import { background, removeLater, statusOf } from './in-background.ts';

const MEGABYTE = 1024 * 1024;
const folderOf = (name: string, root = homeOf().SLIPWAY_ROOT) =>
  join(root, 'containers', readlinkSync(join(root, 'names', name)));

/** The memory of a process that is its alone, in MiB (man 5 proc). */
const ownMemory = (pid: number) =>
  Number(/^Private_Dirty:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;

let memoryAtFirst = 0;

beforeAll(async () => {
  await background('calm', 'read x; echo got $x', ['-i']);
  memoryAtFirst = ownMemory(shimOf('calm'));
});

describe('much output', () => {
  test('at full speed is in the log whole and in order, with flat memory', async () => {
    const folder = scratch('block');
    const block = Array.from({ length: 100_000 }, (_, index) => `${index} ${'0123456789'.repeat(9)}\n`).join('');
    writeFileSync(join(folder, 'block'), block);
    const times = 105; // 1 GB
    const script = `read go; for i in $(seq ${times}); do cat /d/block; done; echo end >&2; read stop`;
    await background('loud', script, ['-i', '-v', `${folder}:/d:ro`]);
    const shim = shimOf('loud');
    const visitor = spawn(SLIPWAY, ['attach', 'loud'], { ...spawnOptions({}), stdio: ['pipe', 'ignore', 'pipe'] });
    visitor.stdin?.write('go\n');
    const size = () => Number(readFileSync(`/proc/${shim}/io`, 'utf8').match(/^rchar: (\d+)$/m)?.[1]);
    await until('a third of it', () => size() > 333 * MEGABYTE, 60_000);
    const early = peakMemory(shim);
    let said = '';
    visitor.stderr?.on('data', (bytes) => {
      said += bytes;
    });
    await until('the end of it', () => said.includes('end'), 110_000);
    expect((peakMemory(shim) - early) / MEGABYTE).toBeLessThan(16);
    visitor.stdin?.end('stop\n');
    await slipway(['wait', 'loud']);

    const reader = spawn(SLIPWAY, ['logs', 'loud'], { ...spawnOptions({}), stdio: ['ignore', 'pipe', 'ignore'] });
    const sum = createHash('sha256');
    let bytes = 0;
    for await (const chunk of reader.stdout as AsyncIterable<Buffer>) {
      sum.update(chunk);
      bytes += chunk.length;
    }
    const expected = createHash('sha256');
    for (let time = 0; time < times; time++) expected.update(block);
    expect(bytes).toBe(block.length * times);
    expect(sum.digest('hex')).toBe(expected.digest('hex'));
    await slipway(['rm', 'loud']);
  }, 300_000);
});

describe('a full disk', () => {
  test('does not stop the program; what is missing in the log is said there', async () => {
    const path = scratch('disk');
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path]);
    try {
      const env = { SLIPWAY_ROOT: join(path, 'root') };
      const script = 'echo first; read x; seq 1 5000; echo $x >&2; read x; echo last; read x; exit 7';
      await slipway(['run', '-di', '--name', 'full', 'box', 'sh', '-c', script], { env });
      const attach = spawn(SLIPWAY, ['attach', 'full'], {
        ...spawnOptions({ env }),
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      let said = '';
      attach.stderr?.on('data', (bytes) => {
        said += bytes;
      });
      const filler = join(path, 'filler');
      const { bfree, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(bfree * bsize - 2 * bsize));
      attach.stdin?.write('filled\n');
      await until('the program to go on', () => said.includes('filled'));
      rmSync(filler);
      attach.stdin?.write('freed\n');
      attach.stdin?.end('end\n');
      expect((await slipway(['wait', 'full'], { env })).stdout).toBe('7\n');
      const { stdout, stderr } = await slipway(['logs', 'full'], { env });
      expect(stdout).toMatch(/^first\n1\n2\n[\s\S]*last\n$/);
      expect(stdout).not.toContain('5000');
      expect(stderr).toMatch(/slipway: \d+ records are missing here: there was no room on the disk/);
      // Nothing is cut: what is there is a line each, and the numbers have no gap but the one.
      const text = readFileSync(join(folderOf('full', env.SLIPWAY_ROOT), 'log.jsonl'), 'utf8');
      for (const line of text.trimEnd().split('\n')) JSON.parse(line);
      await slipway(['rm', 'full'], { env });
    } finally {
      spawnSync('umount', ['-l', path]);
    }
  });
});

describe('kill -9', () => {
  test('of the shim ends the container, which ps tells and start takes up', async () => {
    await background('orphaned', 'echo run; exec sleep 1000', ['--restart', 'always']);
    const [pid, shim] = [pidOf('orphaned'), shimOf('orphaned')];
    process.kill(shim, 'SIGKILL');
    await until('its end', () => !existsSync(`/proc/${pid}`));
    expect(await statusOf('orphaned')).toMatch(/^Exited \(137\)/);
    expect((await slipway(['wait', 'orphaned'])).stdout).toBe('137\n');
    expect((await slipway(['stop', 'orphaned'])).code).toBe(0);
    expect((await slipway(['start', 'orphaned'])).code).toBe(0);
    expect(await statusOf('orphaned')).toMatch(/^Up/);
    await until('its log', async () => (await slipway(['logs', 'orphaned'])).stdout === 'run\nrun\n');
    await slipway(['stop', '-t', '0', 'orphaned']);
  });

  test('of PID 1 from outside is an end like any other', async () => {
    await background('beheaded', 'exec sleep 1000');
    process.kill(pidOf('beheaded'), 'SIGKILL');
    expect((await slipway(['wait', 'beheaded'])).stdout).toBe('137\n');
    expect(await statusOf('beheaded')).toMatch(/^Exited \(137\)/);
  });

  test('in the midst of a line of the log leaves one that is mended', async () => {
    await background('torn', 'echo one', []);
    await slipway(['wait', 'torn']);
    const file = join(folderOf('torn'), 'log.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"log":"hal`);
    expect((await slipway(['logs', 'torn'])).stdout).toBe('one\n');
    await slipway(['start', '-a', 'torn']);
    expect((await slipway(['logs', 'torn'])).stdout).toBe('one\none\n');
  });
});

describe('a stale state', () => {
  test('after a machine start says Exited, and the container can be started again', async () => {
    await background('booted', 'exec sleep 1000');
    const [file, shim] = [join(folderOf('booted'), 'state.json'), shimOf('booted')];
    const state = JSON.parse(readFileSync(file, 'utf8'));
    process.kill(shim, 'SIGKILL');
    await until('its end', () => !existsSync(`/proc/${state.pid}`));
    // Another boot, in which our own process has got that number.
    const stale = { ...state, pid: process.pid, bootId: '00000000-0000-0000-0000-000000000000' };
    writeFileSync(file, JSON.stringify(stale));
    expect(await statusOf('booted')).toMatch(/^Exited \(255\)/);
    for (const verb of ['stop', 'kill']) await slipway([verb, 'booted']);
    expect((await slipway(['start', 'booted'])).code).toBe(0);
    expect(await statusOf('booted')).toMatch(/^Up/);
  });

  test('with a number that is a stranger now harms nobody', async () => {
    await background('reused', 'exec sleep 1000');
    const file = join(folderOf('reused'), 'state.json');
    const state = JSON.parse(readFileSync(file, 'utf8'));
    process.kill(shimOf('reused'), 'SIGKILL');
    await until('its end', () => !existsSync(`/proc/${state.pid}`));
    const stranger = spawn('sleep', ['1000']);
    writeFileSync(file, JSON.stringify({ ...state, pid: stranger.pid }));
    expect(await statusOf('reused')).toMatch(/^Exited/);
    for (const words of [['kill'], ['stop', '-t', '0'], ['pause'], ['restart', '-t', '0'], ['rm', '-f']]) {
      await slipway([...words, 'reused']);
    }
    expect(stranger.exitCode).toBe(null);
    expect(stranger.signalCode).toBe(null);
    stranger.kill('SIGKILL');
  });
});

describe('twenty commands at once', () => {
  test.each([
    ['start', 'stop', 'restart', 'pause', 'unpause', 'kill'],
    ['start', 'stop', 'rm'],
    ['rm', 'start', 'kill', 'rename'],
  ])('%s, %s, %s … of the same container end in one state', async (...verbs) => {
    removeLater('contended', 'other-name');
    await slipway([
      'run',
      '-d',
      '--name',
      'contended',
      'box',
      'sh',
      '-c',
      'trap "exit 0" TERM; while :; do sleep 0.05; done',
    ]);
    const id = (await slipway(['ps', '-q', '--no-trunc', '-f', 'name=contended'])).stdout.trim();
    const flags: Record<string, string[]> = { stop: ['-t', '1'], restart: ['-t', '1'], rm: ['-f'] };
    const runs = Array.from({ length: 20 }, (_, index) => {
      const verb = verbs[index % verbs.length] as string;
      return slipway([verb, ...(flags[verb] ?? []), id, ...(verb === 'rename' ? ['other-name'] : [])]);
    });
    for (const { stderr } of await Promise.all(runs)) expect(stderr).not.toMatch(/mistake in Slipway/);
    const { stdout } = await slipway(['ps', '-a', '--no-trunc', '-f', `id=${id}`, '--format', '{{.State}}']);
    expect(['', 'running\n', 'exited\n', 'paused\n']).toContain(stdout);
    const { SLIPWAY_ROOT } = homeOf();
    if (stdout === '') expect(existsSync(join(SLIPWAY_ROOT, 'containers', id))).toBe(false);
    else expect((await slipway(['rm', '-f', id])).code).toBe(0);
    await until('its cgroup to be gone', () => !existsSync(`/sys/fs/cgroup/freezer/slipway/${id}`));
    expect((await slipway(['clean'])).stdout).not.toMatch(/container|name/);
  });
});

describe('zombies', () => {
  test('are reaped by --init', async () => {
    await background('reaping', 'for i in 1 2 3 4 5; do (sh -c "exit 0" &) ; done; echo done; exec sleep 1000', [
      '--init',
    ]);
    await until('them', async () => (await slipway(['logs', 'reaping'])).stdout === 'done\n');
    await until('none to be left', async () => {
      const { stdout } = await slipway([
        'exec',
        'reaping',
        'sh',
        '-c',
        'grep -l "^State:.Z" /proc/[0-9]*/status; true',
      ]);
      return stdout === '';
    });
  });
});

test('after a while a shim gives back what only the start needed, and goes on as before', async () => {
  await until('the memory', () => ownMemory(shimOf('calm')) < memoryAtFirst - 3, 60_000);
  await using visitor = start(['attach', 'calm']);
  visitor.child.stdin.end('it\n');
  expect(await visitor.ended).toEqual({ code: 0, stdout: 'got it\n', stderr: '' });
});
