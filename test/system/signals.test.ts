// Signals to `slipway run` are meant for the program.

import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { shimOf } from './processes.ts';
import { slipway, start } from './slipway.ts';
import { until } from './until.ts';

const NUMBERS = Array.from({ length: 31 }, (_, index) => index + 1);
const nameOf = (number: number) => Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? '';

/** Those that the command line keeps: src/runtime/own-signals.ts says why. */
const KEPT = [
  'SIGCHLD',
  'SIGPIPE',
  'SIGURG',
  'SIGWINCH',
  'SIGTTIN',
  'SIGTTOU',
  'SIGPROF',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGSYS',
  'SIGKILL',
  'SIGSTOP',
];

const PASSED = NUMBERS.filter((number) => !KEPT.includes(nameOf(number)));

describe('every signal that can be passed on', () => {
  test('reaches the program, once', async () => {
    const traps = PASSED.map((number) => `trap "echo got ${number}." ${number}`).join('; ');
    const program = `${traps}; echo ready; while :; do read x; done`;
    await using process = start(['run', '--rm', '--name', 'traps', '-i', 'box', 'sh', '-c', program]);
    await process.says('ready');
    for (const number of PASSED) {
      process.kill(number);
      await process.says(`got ${number}.`);
    }
    await slipway(['rm', '-f', 'traps']);
    const heard = (await process.ended).stdout.match(/got \d+/g) ?? [];
    expect(heard.map((line) => Number(line.slice(4)))).toEqual(PASSED);
  });

  test('are these', () => {
    expect(PASSED.map(nameOf)).toEqual([
      'SIGHUP',
      'SIGINT',
      'SIGQUIT',
      'SIGUSR1',
      'SIGUSR2',
      'SIGALRM',
      'SIGTERM',
      'SIGSTKFLT',
      'SIGCONT',
      'SIGTSTP',
      'SIGXCPU',
      'SIGXFSZ',
      'SIGVTALRM',
      'SIGIO',
      'SIGPWR',
    ]);
  });
});

describe('the end of a program', () => {
  test.each([0, 1, 2, 3, 42, 124, 125, 126, 127, 128, 129, 137, 143, 254, 255])(
    'exit %i is our exit code',
    async (code) => {
      expect((await slipway(['run', '--rm', 'box', 'sh', '-c', `exit ${code}`])).code).toBe(code);
    },
  );

  test.each(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGALRM'] as const)(
    'by %s behind --init is 128 and its number',
    async (name) => {
      await using process = start(['run', '--rm', '--init', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
      await process.says('ready');
      process.kill(name);
      expect((await process.ended).code).toBe(128 + constants.signals[name]);
    },
  );

  test('by the kernel is 137', async () => {
    await using process = start(['run', '--rm', '--name', 'killed', 'box', 'sh', '-c', 'echo ready; sleep 1000']);
    await process.says('ready');
    await slipway(['rm', '-f', 'killed']);
    expect((await process.ended).code).toBe(137);
  });
});

describe('PID 1 without a handler', () => {
  test('gets no SIGINT from the kernel, and its user a sentence on what to do', async () => {
    await using process = start(['run', '--rm', '--name', 'napper', 'box', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await process.says('ready');
    process.kill('SIGINT');
    await process.says('the program takes no notice of SIGINT');
    expect(process.stderr).toBe(
      'slipway: the program takes no notice of SIGINT: PID 1 gets only signals that it has a handler for. End it with `slipway rm -f napper`; next time, --init puts a small init in front\n',
    );
    expect((await slipway(['rm', '-f', 'napper'])).code).toBe(0);
  });
});

/** True as soon as the command line has forked. (What the shell script forks is no node.) */
function hasShim(pid: number): boolean {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.some((child) => readlinkSync(`/proc/${child}/exe`).endsWith('/node'));
  } catch {
    return false;
  }
}

describe('a signal', () => {
  test('that comes before it can be passed on leaves no container', async () => {
    let early = 0;
    for (let round = 0; early < 3; round++) {
      expect(round).toBeLessThan(50);
      const process = start(['run', '--rm', '--name', 'hasty', 'box', 'sleep', '1000']);
      while (!hasShim(process.pid)); // as fast as can be
      process.kill('SIGTERM');
      const isPassedOn = process.says('takes no notice').then(
        () => true,
        () => false,
      );
      if (await isPassedOn) await slipway(['rm', '-f', 'hasty']);
      else early++;
      await process.ended;
      await until('the program to be gone', async () => !(await slipway(['ps', '-aq'])).stdout);
    }
  });

  test('to the shim is passed on too', async () => {
    const program = 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.1; done';
    await using box = start(['run', '--rm', '--name', 'shimmed', 'box', 'sh', '-c', program]);
    await box.says('ready');
    process.kill(shimOf('shimmed'), 'SIGTERM');
    await box.says('caught');
    expect((await box.ended).code).toBe(3);
  });

  test('to exec reaches the program that it runs', async () => {
    await using box = start(['run', '--rm', '--name', 'host-of-exec', 'box', 'sh', '-c', 'echo ready; sleep 1000']);
    await box.says('ready');
    await using process = start([
      'exec',
      'host-of-exec',
      'sh',
      '-c',
      'trap "echo caught; exit 4" INT; echo ready; while :; do sleep 0.1; done',
    ]);
    await process.says('ready');
    process.kill('SIGINT');
    expect(await process.ended).toEqual({ code: 4, stdout: 'ready\ncaught\n', stderr: '' });
    const plain = start(['exec', 'host-of-exec', 'sh', '-c', 'echo ready; exec sleep 1000']);
    await plain.says('ready');
    plain.kill('SIGTERM');
    expect((await plain.ended).code).toBe(143);
    await slipway(['rm', '-f', 'host-of-exec']);
  });

  test('is kept by --sig-proxy=false, and ends the command line alone', async () => {
    const args = [
      'run',
      '--rm',
      '--name',
      'unproxied',
      '--sig-proxy=false',
      'box',
      'sh',
      '-c',
      'echo ready; sleep 1000',
    ];
    await using process = start(args);
    await process.says('ready');
    process.kill('SIGTERM');
    expect((await process.ended).code).toBe(143);
    expect((await slipway(['exec', 'unproxied', 'echo', 'alive'])).stdout).toBe('alive\n');
    await slipway(['rm', '-f', 'unproxied']);
  });
});
