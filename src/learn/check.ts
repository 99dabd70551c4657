// The check's outer half: has the guard run a lesson's goals against a learner's file, and hears the answers.
//
//     const { ok, results } = await checkExercise('02-chroot', '/home/me/course/02-chroot/exercise.ts');

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Check } from './goal.ts';
import { HOME } from './home.ts';
import { LESSONS } from './lesson.ts';
import type { Result } from './result.ts';
import { both, type Text } from './text.ts';

export interface CheckRun {
  /** Every goal is reached. */
  ok: boolean;
  /** One for each goal, in their order. */
  results: Result[];
  /** What the learner's program printed. */
  output: string;
}

export interface CheckOptions {
  signal?: AbortSignal;
  /** Hears each result as soon as it is there. */
  onResult?: (result: Result) => void;
}

/** Titles and hints of a lesson's goals. */
export async function loadCheck(lesson: string): Promise<Check> {
  return requireCheck(lesson);
}

/** The same at once. */
export function requireCheck(lesson: string): Check {
  return (createRequire(import.meta.url)(join(LESSONS, lesson, 'check.ts')) as { check: Check }).check;
}

/** @param file the learner's, as an absolute path. */
export async function checkExercise(
  lesson: string,
  file: string,
  { signal, onResult }: CheckOptions = {},
): Promise<CheckRun> {
  const { goals } = await loadCheck(lesson);
  const results: Result[] = [];
  const take = (result: Result) => {
    results.push(result);
    onResult?.(result);
  };
  const stderr = await runInside([lesson, file], dirname(dirname(file)), signal, (line) => take(JSON.parse(line)));
  for (const { name } of goals.slice(results.length)) take({ goal: name, ok: false, seen: notAsked(stderr) });
  return { ok: results.every(({ ok }) => ok), results, output: stderr };
}

function notAsked(stderr: string): Text {
  return both(stderr.trim());
}

/** @returns what it said on stderr. */
async function runInside(
  words: readonly string[],
  folder: string,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void,
): Promise<string> {
  const program = [join(HOME, 'scripts/node.sh'), join(HOME, 'src/learn/inside.ts'), ...words];
  const child = spawn(join(HOME, 'slipway'), ['guard', '--folder', folder, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes;
  });
  createInterface(child.stdout).on('line', onLine);
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  return stderr;
}
