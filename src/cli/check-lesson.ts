// One check of a lesson, as `slipway check` and `slipway watch` print it: what the program printed, the goals, what to do next.

import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters, styleText } from 'node:util';
import { type CheckRun, checkExercise } from '../learn/check.ts';
import type { Goal } from '../learn/goal.ts';
import { requireCheck } from '../learn/load-check.ts';
import type { Result } from '../learn/result.ts';
import { showResult } from '../learn/show-check.ts';
import type { Language, Text } from '../learn/text.ts';
import { exerciseFile, solutionFile } from '../learn/workspace.ts';
import { columns, keep, type Learning, printLines } from './learning.ts';

/** Runs it and takes down the result. @throws Error when the file is gone, or the guard cannot be made. */
export async function judge(where: Learning, onResult?: (result: Result) => void): Promise<CheckRun> {
  const { workspace, lesson, language } = where;
  const file = exerciseFile(workspace, lesson);
  if (!existsSync(file)) throw new Error(fileIsGone(file, lesson)[language]);
  const run = await checkExercise(lesson, file, onResult ? { onResult } : {});
  keep(where, (progress) => progress.record(lesson, run.results));
  return run;
}

/** The same, and prints: at once that it begins, each goal when it has been asked, and then what to do next. */
export async function judgeAndPrint(where: Learning): Promise<CheckRun> {
  printLines([checking(where), '']);
  const run = await judge(where, resultPrinter(where));
  printLines(['', ...(run.ok ? outputLines(run.output, where.language) : []), ...next(run, where)]);
  return run;
}

/** What the program printed stands before the first goal that failed. A failure like the one before is not told again. */
function resultPrinter({ lesson, language }: Learning): (result: Result) => void {
  const { goals } = requireCheck(lesson);
  const look = { language, width: columns(), from: process.cwd() };
  let told: Result | undefined;
  return (result) => {
    if (!result.ok && told === undefined) printLines(outputLines(result.output ?? '', language));
    printLines(showResult(result, goals.find(({ name }) => name === result.goal) as Goal, look, told));
    if (!result.ok) told = result;
  };
}

function fileIsGone(file: string, lesson: string): Text {
  return {
    en: `${file} is gone: \`slipway reset ${lesson}\` puts the exercise there again`,
    zh: `${file} 不见了：\`slipway reset ${lesson}\` 会把练习放回去`,
  };
}

function checking({ workspace, lesson, language }: Learning): string {
  const file = relative(process.cwd(), exerciseFile(workspace, lesson));
  return { en: `Checking ${file} …`, zh: `正在检查 ${file} …` }[language];
}

function next(run: CheckRun, where: Learning): string[] {
  const { lesson, language, progress } = where;
  return run.ok ? whenDone(where, progress().nextAfter(lesson)) : whenOpen(run, lesson, language);
}

const MOST_LINES = 20;

/** Characters of a line. */
const LONGEST_LINE = 300;

/** What the learner's program printed; of much, the end. */
function outputLines(output: string, language: Language): string[] {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  if (output.trim() === '') return [];
  const head = { en: 'Your program printed:', zh: '你的程序输出了：' }[language];
  const cut = lines.length > MOST_LINES ? ['  …'] : [];
  return [head, ...cut, ...lines.slice(-MOST_LINES).map((line) => styleText('dim', `  ${cutOff(line)}`)), ''];
}

function cutOff(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

function whenOpen({ results }: CheckRun, lesson: string, language: Language): string[] {
  const reached = results.filter(({ ok, leftOut }) => ok && !leftOut).length;
  return {
    en: [`${reached} of ${results.length} goals reached. \`slipway hint ${lesson.slice(0, 2)}\` shows a hint.`],
    zh: [`${results.length} 个目标达成了 ${reached} 个。\`slipway hint ${lesson.slice(0, 2)}\` 给出提示。`],
  }[language];
}

function whenDone({ workspace, lesson, language }: Learning, next: string | undefined): string[] {
  const mine = relative(process.cwd(), exerciseFile(workspace, lesson));
  const theirs = solutionFile(lesson);
  return {
    en: [`${lesson} is done.`, `To compare: diff ${mine} ${theirs}`, ...(next ? [`Next: slipway watch ${next}`] : [])],
    zh: [
      `${lesson} 完成了。`,
      `和答案比较：diff ${mine} ${theirs}`,
      ...(next ? [`下一课：slipway watch ${next}`] : []),
    ],
  }[language];
}
