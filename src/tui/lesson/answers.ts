// The answers of a question, as lines: the one that was chosen has an arrow; once the kernel has spoken, those that hold
// have a tick.

import type { Answer, Step } from '../../learn/lesson.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { styled } from '../style.ts';
import type { Finding } from './step.ts';

/** @param isLoose an empty line between them. */
export function answerLines({ answers }: Step, finding: Finding | undefined, width: number, isLoose = false): string[] {
  const lines = answers.map((answer) => linesOf(answer, finding, width));
  return lines.flatMap((each, index) => (isLoose && index > 0 ? ['', ...each] : each));
}

export function holds({ isRight }: Answer, output: string): boolean {
  return isRight.test(output.trimEnd());
}

function linesOf(answer: Answer, finding: Finding | undefined, width: number): string[] {
  const output = finding?.run?.output;
  const isRight = output !== undefined && holds(answer, output);
  const mark = `${answer.letter === finding?.answer ? '❯' : ' '} ${isRight ? '✓' : ' '} ${answer.letter}  `;
  const lines = wrapLine(mark + answer.text.replaceAll('`', ''), width, ' '.repeat(7));
  return isRight ? lines.map((line) => styled('green', line)) : lines;
}
