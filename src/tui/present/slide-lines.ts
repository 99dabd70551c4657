// What stands on a slide that is no text: a command and what came of it, a question, the goals of the exercise.

import { gapsOf } from '../../learn/gap.ts';
import type { Lesson, Step } from '../../learn/lesson.ts';
import { requireCheck } from '../../learn/load-check.ts';
import type { Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { answerLines } from '../lesson/answers.ts';
import { commandLines, hostLines, outputLines, summary } from '../lesson/said.ts';
import type { Finding } from '../lesson/step.ts';
import type { Running } from '../lesson/use-step-run.ts';
import { styled } from '../style.ts';
import type { Slide } from './slides.ts';

interface Place {
  slide: Slide;
  lesson: Lesson;
  step: Step;
  finding: Finding | undefined;
  running: Running;
  width: number;
  t: (text: Text) => string;
}

export function slideLines(place: Place): string[] {
  const { slide, step, finding, width } = place;
  switch (slide.kind) {
    case 'command':
      return commandLines(step, width);
    case 'run':
      return [...commandLines(step, width), '', ...runLines(place)];
    case 'question':
      return answerLines(step, guessOf(finding), width, true);
    case 'answer':
      return [...answerLines(step, finding, width, true), '', ...commandLines(step, width), '', ...runLines(place)];
    case 'goals':
      return goalLines(place);
    default:
      return [];
  }
}

/** What fills the gaps of the exercise, as Markdown. */
export function solutionText(lesson: string): string {
  const gaps = gapsOf(lesson).map(({ solution }) => solution.join('\n'));
  return `\`\`\`ts\n${gaps.join('\n…\n')}\n\`\`\``;
}

/** A question that was answered before is open again when somebody goes back to it. */
function guessOf(finding: Finding | undefined): Finding {
  return finding?.answer === undefined ? {} : { answer: finding.answer };
}

function runLines({ step, finding, running, width, t }: Place): string[] {
  if (running.isRunning) return [...outputLines(running.output, width), styled('dim', t(RUNNING))];
  if (finding?.failure) return wrapLine(finding.failure, width).map((line) => styled('red', line));
  if (finding?.run === undefined) return [];
  const { run } = finding;
  return [...outputLines(run.output, width), summary(run, t), ...hostLines(step, run, width, t)];
}

const RUNNING: Text = { en: 'running …', zh: '运行中……' };

function goalLines({ lesson, width, t }: Place): string[] {
  const { goals } = requireCheck(lesson.name);
  return goals.flatMap(({ title }) => [...wrapLine(`· ${t(title)}`, width, '  '), '']);
}
