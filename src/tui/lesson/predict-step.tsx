// A question. The learner says what they expect; then the command runs, and the kernel says which answer holds.

import { useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import { styled } from '../style.ts';
import { answerLines, holds } from './answers.ts';
import { Page, type PageProps } from './page.tsx';
import { commandLines, outputLines } from './said.ts';
import { useStepRun } from './use-step-run.ts';

export function PredictStep({ step, finding, keep, keys, ...page }: PageProps) {
  const t = useText();
  const running = useStepRun(step, keep);
  if (step === undefined) return null;
  const choose: Key[] = step.answers.map(({ letter, text }) => ({
    key: letter,
    does: { en: text, zh: text },
    run: () => running.start({ answer: letter }),
    isMinor: true,
  }));
  const all: Key = {
    key: step.answers.map(({ letter }) => letter).join(''),
    does: { en: 'answer', zh: '作答' },
    press: () => false,
    run: () => {},
  };
  const lines = (width: number): string[] => {
    const output = finding?.run?.output;
    const answers = answerLines(step, finding, width);
    if (running.isRunning)
      return [...answers, '', styled('dim', t({ en: 'asking the kernel …', zh: '正在询问内核……' }))];
    if (finding?.failure) return [...answers, '', styled('red', finding.failure)];
    if (output === undefined) return answers;
    const said = styled('dim', t({ en: 'The kernel says:', zh: '内核的回答：' }));
    return [...answers, ...verdict(), '', said, ...commandLines(step, width), ...outputLines(output, width)];
  };
  const verdict = (): string[] => {
    const chosen = step.answers.find(({ letter }) => letter === finding?.answer);
    if (finding?.run === undefined || chosen === undefined) return [];
    return holds(chosen, finding.run.output)
      ? [styled('green', t({ en: '✓ As you said.', zh: '✓ 和你预测的一样。' }))]
      : [styled('yellow', t({ en: '✗ It is otherwise.', zh: '✗ 结果和预测不同。' }))];
  };
  return <Page {...page} step={step} keys={[...choose, all, ...keys]} text={step.text} panel={{ lines }} />;
}
