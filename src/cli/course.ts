// Opens the course: this process becomes the terminal interface (src/tui), which is a Node of its own, with threads and
// compilers. It never forks a container itself, it starts `slipway`.

import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { keepStdio } from '../exec/stdio.ts';
import { HOME } from '../learn/home.ts';
import { execve } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';

/** Becomes the terminal interface; does not return. @throws Error when it cannot be bundled. */
export function becomeCourse(words: readonly string[]): never {
  return prepareCourse(words)();
}

/** @returns what becomes the terminal interface, here or in a forked child. @throws Error when it cannot be bundled. */
export function prepareCourse(words: readonly string[]): () => never {
  const program = join(cacheFolder(), 'course.mjs');
  if (!isFresh(program)) bundle(program);
  const environment = { ...process.env, NODE_COMPILE_CACHE: compiledFolder(dirname(program)) };
  const argv = [process.execPath, '--no-warnings', '--', program, ...words];
  const envp = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return () => {
    resetSignals();
    keepStdio();
    execve(process.execPath, argv, envp);
    throw new Error('execve returned');
  };
}

/** Slipway's own, or the user's where that cannot be written and holds nothing that would do. */
function cacheFolder(): string {
  const own = join(HOME, '.cache');
  const isOurs = existsSync(own) ? isWritable(own) : isWritable(HOME);
  return isOurs || isFresh(join(own, 'course.mjs')) ? own : usersCache();
}

/** Where Node keeps what it has compiled of the program, which may itself lie on something that is only read. */
function compiledFolder(cache: string): string {
  return join(isWritable(cache) ? cache : usersCache(), 'compiled');
}

function usersCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway');
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * False when it is missing or torn, when it belongs to a Slipway elsewhere, or when a source is younger or gone. Its first
 * line says where Slipway is, as seen from the program.
 */
export function isFresh(program: string): boolean {
  try {
    const { mtimeMs } = statSync(program);
    const { home, sources } = JSON.parse(firstLine(program).slice('// '.length)) as { home: string; sources: string[] };
    const isOlder = (source: string) => statSync(join(HOME, source)).mtimeMs < mtimeMs;
    return resolve(dirname(program), home) === HOME && sources.every(isOlder);
  } catch {
    return false;
  }
}

function firstLine(path: string): string {
  const bytes = Buffer.alloc(1 << 16);
  const fd = openSync(path, 'r');
  const length = readSync(fd, bytes);
  closeSync(fd);
  return bytes.toString('utf8', 0, length).split('\n', 1)[0] ?? '';
}

function bundle(program: string): void {
  const script = join(HOME, 'scripts/bundle-course.ts');
  const { status, stderr } = spawnSync(process.execPath, [...process.execArgv, script, program], { encoding: 'utf8' });
  if (status === 0) return;
  const why = /^\w*Error: (.*)$/m.exec(stderr)?.[1] ?? stderr.trim();
  throw new Error(`${dirname(program)}: the course cannot be put together there: ${why}`);
}
