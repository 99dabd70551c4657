// `slipway lesson 02 --run 4`: a step's command, run in the guard, and what the kernel made of it.

import { styleText } from 'node:util';
import type { Lesson, Step } from '../learn/lesson.ts';
import { runStep, type StepRun } from '../learn/run-step.ts';
import type { Language, Text } from '../learn/text.ts';
import { UsageError } from './flags.ts';
import { printLines } from './learning.ts';
import { print } from './print.ts';

/** @param number of the step, from 1. @returns the exit code: 0 when the output is what the step says. */
export async function runAndPrint(lesson: Lesson, number: number, language: Language): Promise<number> {
  const step = lesson.steps[number - 1];
  if (step?.command === undefined) throw new UsageError(nothing(lesson, number)[language]);
  printLines([...step.command.split('\n').map((line) => styleText('cyan', `$ ${line}`)), '']);
  const run = await runStep(step, { onOutput: print });
  printLines(['', ...verdict(step, run, language)]);
  return run.objection === undefined ? 0 : 1;
}

function nothing({ steps }: Lesson, number: number): Text {
  const list = steps.flatMap(({ command }, index) => (command === undefined ? [] : [index + 1])).join(', ');
  return {
    en: `step ${number} runs nothing; these do: ${list}`,
    zh: `第 ${number} 步没有要运行的命令，有命令的是：${list}`,
  };
}

function verdict({ answers }: Step, { output, before, after, objection }: StepRun, language: Language): string[] {
  const right = answers.filter(({ isRight }) => isRight.test(output));
  return [
    ...right.map(({ letter, text }) => `${RIGHT[language]} ${letter}: ${text}`),
    ...(before === undefined ? [] : [`${BEFORE[language]} ${before.trim()}`, `${AFTER[language]} ${after?.trim()}`]),
    ...(objection === undefined ? [] : [`${OTHERWISE[language]} ${objection[language]}`]),
  ];
}

const RIGHT: Text = { en: 'The kernel says', zh: '内核说的是' };
const BEFORE: Text = { en: 'The host, before:', zh: '宿主机，之前：' };
const AFTER: Text = { en: 'The host, after: ', zh: '宿主机，之后：' };
const OTHERWISE: Text = {
  en: 'This machine shows something else than the lesson says:',
  zh: '这台机器上的结果和课文不同：',
};
