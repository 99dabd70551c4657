// The check's outer half: has the guard run a lesson's goals against a learner's file, and hears the answers.
//
//     const { ok, results } = await checkExercise('02-chroot', '/home/me/course/02-chroot/exercise.ts');

import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { endOf } from './end-of.ts';
import { HOME } from './home.ts';
import { needsOf } from './lesson.ts';
import { loadCheck } from './load-check.ts';
import { missingOf } from './needs.ts';
import type { Result } from './result.ts';
import type { Text } from './text.ts';
import { findWorkspace } from './workspace.ts';

export { loadCheck };

export interface CheckRun {
  /** Every goal is reached. */
  ok: boolean;
  /** One for each goal, in their order. */
  results: Result[];
  /** What the learner's program printed when the first goal that failed was asked, or else the last goal. */
  output: string;
}

export interface CheckOptions {
  signal?: AbortSignal;
  /** Hears each result as soon as it is there. */
  onResult?: (result: Result) => void;
  /** How long all of it may take. A program that hangs is noticed earlier, so this is for a check that is stopped. */
  seconds?: number;
}

/**
 * @param file the learner's, as an absolute path.
 * @throws Error when the guard could not be made; the reason of `signal` when that ended it.
 */
export async function checkExercise(
  lesson: string,
  file: string,
  { signal, onResult, seconds = 120 }: CheckOptions = {},
): Promise<CheckRun> {
  const { goals } = await loadCheck(lesson);
  const results: Result[] = [];
  const take = (result: Result) => {
    results.push(result);
    onResult?.(result);
  };
  const [missing] = missingOf(needsOf(lesson));
  if (missing) {
    for (const { name } of goals) take({ goal: name, ok: false, seen: missing });
    return { ok: false, results, output: '' };
  }
  const end = await runInside({ lesson, file, seconds, signal, onLine: (line) => take(JSON.parse(line)) });
  signal?.throwIfAborted();
  for (const { name } of goals.slice(results.length)) take({ goal: name, ok: false, ...whyNotAsked(end, seconds) });
  const shown = results.find(({ ok }) => !ok) ?? results.at(-1);
  return { ok: results.every(({ ok }) => ok), results, output: shown?.output ?? '' };
}

interface InsideOptions {
  lesson: string;
  file: string;
  seconds: number;
  signal: AbortSignal | undefined;
  onLine: (line: string) => void;
}

interface InsideEnd {
  code: number;
  stderr: string;
  tookMs: number;
}

async function runInside({ lesson, file, seconds, signal, onLine }: InsideOptions): Promise<InsideEnd> {
  const program = [join(HOME, 'scripts/node.sh'), join(HOME, 'src/learn/inside.ts'), lesson, file];
  const folder = dirname(file);
  const flags = ['--folder', findWorkspace(folder) ?? folder, '--seconds', String(seconds)];
  const begun = performance.now();
  const child = spawn(join(HOME, 'slipway'), ['guard', ...flags, ...program], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes;
  });
  createInterface(child.stdout).on('line', onLine);
  const code = await endOf(child, signal);
  return { code, stderr, tookMs: performance.now() - begun };
}

/** Of the check's end before its last goal. @throws Error when it never began. */
function whyNotAsked({ code, stderr, tookMs }: InsideEnd, seconds: number): { seen: Text } | { ours: string } {
  if (code === 125) throw new Error(stderr.trim().replace(/^slipway: /, ''));
  if (code !== 137) return { ours: stderr.trim() };
  return { seen: tookMs >= seconds * 1000 ? timeIsUp(seconds) : KILLED };
}

function timeIsUp(seconds: number): Text {
  return {
    en: `not asked: the check was ended, since it took longer than ${seconds} s`,
    zh: `没有问到：检查超过了 ${seconds} 秒，被结束了`,
  };
}

const KILLED: Text = {
  en: 'not asked: something in the guard killed the check itself, perhaps a signal that your program sent to every process',
  zh: '没有问到：检查程序自己被杀死了，也许是你的程序向所有进程发了信号',
};
