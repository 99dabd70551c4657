// The course as people use it: in a real terminal, from the shell and back to it.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LESSONS, lessonNames } from '../../src/learn/lesson.ts';
import { hostState } from './learn/host.ts';
import { SLIPWAY, scratch, slipway, start } from './slipway.ts';
import { Tmux } from './tmux.ts';
import { until } from './until.ts';
import { ordinaryUser } from './users.ts';

/** A terminal in which the course has been opened, and how the terminal was before. */
async function opened(words = ''): Promise<{ terminal: Tmux; before: string }> {
  const terminal = new Tmux({ home: scratch('home') });
  await terminal.shows('shell>');
  const before = terminal.state();
  terminal.type(`${SLIPWAY} ${words}\n`);
  return { terminal, before };
}

/** The process that shows the screens: it is in the terminal's own session. */
function coursePid(home: string): number {
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isCourse(name, home));
  if (pid === undefined) throw new Error('the course is not running');
  return Number(pid);
}

function isCourse(pid: string, home: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return words.includes('course.mjs') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`);
  } catch {
    return false;
  }
}

/** Turns the pages of a lesson until one says this. */
async function untilStep(terminal: Tmux, text: string): Promise<void> {
  await terminal.shows(/0\/\d+/);
  const [, total] = /0\/(\d+)/.exec(terminal.screen()) ?? [];
  for (let page = 1; page <= Number(total); page++) {
    terminal.press('Right');
    await terminal.shows(` ${page}/${total}`);
  }
  await terminal.shows(text);
}

const [lesson] = lessonNames().filter((name) => existsSync(join(LESSONS, name, 'lesson.md')));

describe('the course in a terminal', () => {
  test.skipIf(lesson === undefined)(
    'opens, shows a lesson step by step, and leaves the terminal as it was',
    async () => {
      const { terminal, before } = await opened();
      await using _ = terminal;
      await terminal.shows('lessons done');
      expect(terminal.state()).toContain('alternate 1, cursor 0');
      terminal.press('Enter');
      await terminal.shows(/0\/\d+/);
      for (let page = 1; page <= 3; page++) {
        terminal.press('Right');
        await terminal.shows(new RegExp(` ${page}/\\d+`));
      }
      terminal.resize(120, 40);
      await terminal.shows(/─{120}/);
      terminal.resize(80, 24);
      await terminal.shows(/^─{80}$/m);
      terminal.press('Escape');
      await terminal.shows('lessons done');
      terminal.press('q');
      await terminal.shows(/^shell>$/m);
      expect(terminal.state()).toBe(before);
    },
  );

  test('says what the keys are', async () => {
    const { terminal } = await opened();
    await using _ = terminal;
    await terminal.shows('? all keys');
    terminal.press('?');
    await terminal.shows('the four screens');
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('leaves the terminal as it was after %s', async (signal) => {
    const home = scratch('home');
    await using terminal = new Tmux({ home });
    await terminal.shows('shell>');
    const before = terminal.state();
    terminal.type(`${SLIPWAY}; echo "code $?"\n`);
    await terminal.shows('lessons done');
    process.kill(coursePid(home), signal);
    await terminal.shows(/^code \d+$/m);
    expect(terminal.state()).toBe(before);
    expect(terminal.screen()).toContain(`code ${{ SIGTERM: 143, SIGHUP: 129, SIGINT: 130 }[signal]}`);
  });

  test.each(['course', 'present 02'])(
    'leaves the terminal as it was after a crash, and tells of it: %s',
    async (words) => {
      const home = scratch('home');
      const crash = "process.on('SIGUSR2',()=>{throw new Error('a crash')})";
      await using terminal = new Tmux({
        home,
        env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(crash)}` },
      });
      await terminal.shows('shell>');
      const before = terminal.state();
      terminal.type(`${SLIPWAY} ${words}; echo "code $?"\n`);
      await terminal.shows('? all keys');
      process.kill(coursePid(home), 'SIGUSR2');
      await terminal.shows('code 1');
      expect(terminal.screen()).toMatch(/this is a mistake in Slipway[\s\S]*Error: a crash/);
      expect(terminal.state()).toBe(before);
    },
  );

  test('opens the exercise in the editor, and ends it too when it is ended itself', async () => {
    const home = scratch('home');
    await using terminal = new Tmux({ home, env: { EDITOR: 'vi' } });
    await terminal.shows('shell>');
    const before = terminal.state();
    terminal.type(`${SLIPWAY} init ${home}/slipway-course > /dev/null; ${SLIPWAY} course 01; echo "code $?"\n`);
    await untilStep(terminal, 'e edit');
    terminal.type('e');
    await terminal.shows('import {');
    process.kill(coursePid(home), 'SIGTERM');
    await terminal.shows('code 143');
    await until('the terminal to be as before', () => terminal.state() === before);
  });

  test('opens a shell in a container that runs', async () => {
    await using box = start([
      'run',
      '--name',
      'looked-at',
      '--hostname',
      'inner',
      'box',
      'sh',
      '-c',
      'echo ready; sleep 1000',
    ]);
    await box.says('ready');
    const { terminal, before } = await opened();
    await using _ = terminal;
    await terminal.shows('lessons done');
    terminal.type('4');
    await terminal.shows('looked-at');
    terminal.type('x');
    await terminal.shows('/ #');
    terminal.type('hostname\n');
    await terminal.shows(/^inner$/m);
    terminal.type('exit\n');
    await terminal.shows('looked-at');
    terminal.type('q');
    await terminal.shows(/^shell>$/m);
    expect(terminal.state()).toBe(before);
    await slipway(['rm', '-f', 'looked-at']);
  });

  test('writes the script of a start, which can be run', async () => {
    const home = scratch('home');
    await using terminal = new Tmux({ home });
    terminal.type(`${SLIPWAY} init ${home}/slipway-course > /dev/null; ${SLIPWAY}\n`);
    await terminal.shows('lessons done');
    terminal.type('3');
    await terminal.shows('r runs it');
    terminal.type('r');
    await terminal.shows('exit code 0');
    terminal.type('s');
    await terminal.shows('#!/bin/sh');
    terminal.type('w');
    await terminal.shows('Written to');
    const script = join(home, 'slipway-course/by-hand.sh');
    expect(statSync(script).mode & 0o777).toBe(0o755);
    terminal.type('q');
    await terminal.shows(/^shell>$/m);
    terminal.type(`${script} && echo it ran\n`);
    await terminal.shows(/^it ran$/m);
  });

  test('makes a workspace', async () => {
    const home = scratch('home');
    await using terminal = new Tmux({ home });
    terminal.type(`${SLIPWAY}\n`);
    await terminal.shows('No workspace yet');
    terminal.press('i');
    await terminal.shows('Your files');
    await until('the workspace', () => readdirSync(home).includes('slipway-course'));
  });

  test.skipIf(lesson === undefined)('speaks the language of the locale, and takes a lesson by its number', async () => {
    await using terminal = new Tmux({ home: scratch('home'), env: { LANG: 'zh_CN.UTF-8' } });
    terminal.type(`${SLIPWAY} course ${lesson?.slice(0, 2)}\n`);
    await terminal.shows('下一步');
  });

  test.each([{}, { NO_COLOR: '1' }])('has colours unless NO_COLOR is set: %o', async (env) => {
    await using terminal = new Tmux({ home: scratch('home'), env });
    terminal.type(`${SLIPWAY}\n`);
    await terminal.shows('lessons done');
    expect(terminal.isStyled()).toBe(!('NO_COLOR' in env));
  });

  test('draws nothing in plain mode, and prints forward only', async () => {
    const { terminal, before } = await opened('course --plain');
    await using _ = terminal;
    await terminal.shows('Enter open, / search');
    terminal.press('Down');
    await terminal.shows(/^> 02 /m);
    expect(terminal.screen()).toMatch(/^Course\n(.*\n)*> 01 (.*\n)+02 (.*\n)+> 02 /m);
    expect(terminal.screen()).not.toMatch(/[─━│▸❯]/);
    expect(terminal.state()).toContain('alternate 0');
    terminal.press('q');
    await terminal.shows(/^shell>$/m);
    expect(terminal.state()).toBe(before);
  });

  test('hands the terminal to a container that lacks a namespace, and tells what was shared', async () => {
    const { terminal, before } = await opened();
    await using _ = terminal;
    await terminal.shows('lessons done');
    terminal.type('2');
    await terminal.shows('[x] PID namespace');
    terminal.press('Down', 'Down', 'Down', 'Space');
    await terminal.shows('--pid host');
    terminal.type('r');
    await terminal.shows('/ #');
    terminal.type('echo sees $(cat /proc/1/comm)\n'); // PID 1 of the guard, which is the host here
    await terminal.shows('sees timeout');
    terminal.type('exit\n');
    await terminal.shows('✗ PID namespace');
    expect(terminal.screen()).toContain('✓ UTS namespace');
    terminal.press('Escape');
    await terminal.shows('[ ] PID namespace'); // Esc and a letter at once would be another key
    terminal.type('u');
    await terminal.shows('[x] PID namespace');
    terminal.type('r');
    await terminal.shows('/ #');
    terminal.type('echo pid $$\n');
    await terminal.shows('pid 1');
    terminal.type('exit\n');
    await terminal.shows('✓ PID namespace');
    terminal.type('q');
    await terminal.shows(/^shell>$/m);
    expect(terminal.state()).toBe(before);
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
  });

  test.each([
    ['root', undefined],
    ['an ordinary user', ordinaryUser()],
  ] as const)('leaves nothing of a container for the host to suffer from, as %s', async (_, user) => {
    const before = hostState();
    await using terminal = new Tmux({ home: scratch('home', user), user });
    terminal.type(`${SLIPWAY}\n`);
    await terminal.shows('lessons done');
    terminal.type('2');
    await terminal.shows('[x] PID namespace');
    for (const steps of [1, 1, 1, 1, 1, 1, 1, 3, 1, 1]) terminal.press(...Array(steps).fill('Down'), 'Space');
    await terminal.shows(/--pid host .*--rootfs \/ sh/s);
    terminal.type('r');
    await terminal.shows(/^[#$]/m);
    terminal.type('hostname evil; rm -rf /etc 2>/dev/null; echo $(hostname) has $(ls /etc | wc -l)\n');
    await terminal.shows(/^evil has \d+$/m);
    terminal.type('kill -9 -1\n');
    await terminal.shows('1 isolated, 12 shared with the host.');
    expect(hostState()).toEqual(before);
    expect((await slipway(['ps', '-aq'], { user })).stdout).toBe('');
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'takes its container away when %s ends it while somebody is in it',
    async (signal) => {
      const home = scratch('home');
      await using terminal = new Tmux({ home });
      await terminal.shows('shell>');
      const before = terminal.state();
      terminal.type(`${SLIPWAY}\n`);
      await terminal.shows('lessons done');
      terminal.type('2');
      await terminal.shows('[x] PID namespace');
      terminal.type('r');
      await terminal.shows('/ #');
      process.kill(coursePid(home), signal);
      await terminal.shows(signal === 'SIGTERM' ? /^shell>$/m : 'Killed'); // then nobody puts the terminal right
      if (signal === 'SIGTERM') await until('the terminal to be as before', () => terminal.state() === before);
      await until('the container to be gone', async () => (await slipway(['ps', '-aq'])).stdout === '');
    },
  );

  test('needs a terminal', async () => {
    const { code, stderr } = await slipway(['course']);
    expect({ code, stderr }).toEqual({ code: 125, stderr: 'slipway: the course needs a terminal to open in\n' });
  });
});
