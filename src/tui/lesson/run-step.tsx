// A step to see or to break something: its command runs in the guard on a key.

import { useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import type { News } from '../pane.tsx';
import { styled } from '../style.ts';
import { Page, type PageProps } from './page.tsx';
import { commandLines, hostLines, outputLines, summary } from './said.ts';
import { useStepRun } from './use-step-run.ts';

export function RunStep({ step, finding, keep, keys, ...page }: PageProps) {
  const t = useText();
  const running = useStepRun(step, keep);
  if (step === undefined) return null;
  const r: Key = running.isRunning
    ? { key: 'r', does: { en: 'stop', zh: '停止' }, run: running.stop }
    : {
        key: 'r',
        does: finding ? { en: 'run again', zh: '再运行一次' } : { en: 'run', zh: '运行' },
        run: () => running.start(),
      };
  const lines = (width: number): string[] => {
    const command = commandLines(step, width);
    if (running.isRunning) {
      return [...command, ...outputLines(running.output, width), styled('dim', t({ en: 'running …', zh: '运行中……' }))];
    }
    if (finding?.failure) return [...command, styled('red', finding.failure)];
    if (finding?.run) {
      const { run } = finding;
      return [...command, summary(run, t), ...outputLines(run.output, width), ...hostLines(step, run, width, t)];
    }
    return [...command, styled('dim', t({ en: 'r runs it in the guard', zh: '按 r 在 guard 中运行' }))];
  };
  /** While it runs, what comes last; then, where what it said begins. */
  const news = (width: number): News => {
    if (running.isRunning) return { name: 'running', line: Number.POSITIVE_INFINITY };
    return { name: finding ? 'ran' : '', line: commandLines(step, width).length };
  };
  return (
    <Page
      {...page}
      step={step}
      keys={step.command === undefined ? keys : [r, ...keys]}
      text={step.text}
      {...(step.command === undefined ? {} : { panel: { lines, news } })}
    />
  );
}
