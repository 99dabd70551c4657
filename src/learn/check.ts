// The check's outer half: has the guard run a lesson's goals against a learner's file, and hears the answers.
//
//     const { ok, results } = await checkExercise('02-chroot', '/home/me/course/02-chroot/exercise.ts');

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { askInGuard } from './ask-in-guard.ts';
import type { Goal } from './goal.ts';
import { needsOf } from './lesson.ts';
import { requireCheck } from './load-check.ts';
import { missingOf } from './needs.ts';
import { patient } from './patience.ts';
import type { Result } from './result.ts';
import type { Text } from './text.ts';
import { findWorkspace } from './workspace.ts';

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
 * @throws Error when the file cannot be read, or the guard not be made; the reason of `signal` when that ended it.
 */
export async function checkExercise(
  lesson: string,
  file: string,
  { signal, onResult, seconds = patient(120) }: CheckOptions = {},
): Promise<CheckRun> {
  readFileSync(file); // if it cannot be, that is no mistake of the check's
  const { goals } = requireCheck(lesson);
  const [missing] = missingOf(needsOf(lesson));
  if (missing) return { ok: false, results: goals.map((goal) => unasked(goal, missing, onResult)), output: '' };
  const folder = dirname(file);
  const results = await askInGuard(goals, {
    program: ['src/learn/inside.ts', lesson, file],
    folders: [findWorkspace(folder) ?? folder],
    seconds,
    signal,
    onResult,
  });
  const shown = results.find(({ ok }) => !ok) ?? results.at(-1);
  return { ok: results.every(({ ok }) => ok), results, output: shown?.output ?? '' };
}

function unasked({ name }: Goal, why: Text, onResult: CheckOptions['onResult']): Result {
  const result: Result = { goal: name, ok: false, unasked: true, seen: why };
  onResult?.(result);
  return result;
}
