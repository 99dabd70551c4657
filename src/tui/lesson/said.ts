// What a run of a step has said, as lines for the panel.

import type { Step } from '../../learn/lesson.ts';
import type { StepRun } from '../../learn/run-step.ts';
import type { Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { hardWrap, linesOf, pad } from '../cells.ts';
import { styled } from '../style.ts';

type Translate = (text: Text) => string;

/** The command as it would be typed; what is too long goes on deeper. */
export function commandLines(step: Step, width: number): string[] {
  const lines = (step.command ?? '').split('\n').map((line, index) => (index === 0 ? '$ ' : '  ') + line);
  return lines.flatMap((line) => wrapLine(line, width, goesOn(line))).map((line) => styled('cyan', line));
}

function goesOn(line: string): string {
  const indent = /^(?:\$ )?\s*/.exec(line)?.[0].length ?? 0;
  return ' '.repeat(indent + 4);
}

export function outputLines(output: string, width: number): string[] {
  return linesOf(output).flatMap((line) => hardWrap(line, width));
}

/** In a line: how it ended, whether that is what the lesson says, and what became of the host. */
export function summary({ exitCode, before, after, objection }: StepRun, t: Translate): string {
  const end = styled('dim', t({ en: `ended with ${exitCode}`, zh: `退出码 ${exitCode}` }));
  const host = before === undefined ? [] : [hostVerdict(before === after, t)];
  const words = objection && before === after ? [styled('yellow', `! ${t(objection)}`)] : [];
  return [end, ...host, ...words].join(' · ');
}

function hostVerdict(isSame: boolean, t: Translate): string {
  return isSame
    ? styled('green', t({ en: '✓ the host is as it was', zh: '✓ 宿主机没有变化' }))
    : styled('red', t({ en: '✗ the host has changed', zh: '✗ 宿主机被改变了' }));
}

/** The same question asked of the host, before at the left, after at the right. */
export function hostLines({ host }: Step, { before, after }: StepRun, width: number, t: Translate): string[] {
  if (host === undefined || before === undefined || after === undefined) return [];
  const half = Math.floor((width - 3) / 2);
  const left = outputLines(before, half);
  const right = outputLines(after, half);
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    beside(left[index] ?? '', right[index] ?? '', half),
  );
  return [
    '',
    styled('bold', t({ en: 'The host, asked from outside:', zh: '在宿主机上执行：' })),
    ...host.split('\n').flatMap((line) => hardWrap(`$ ${line}`, width).map((part) => styled('cyan', part))),
    styled('dim', beside(t({ en: 'before', zh: '之前' }), t({ en: 'after', zh: '之后' }), half)),
    ...rows,
  ];
}

function beside(left: string, right: string, width: number): string {
  return `${pad(left, width)} │ ${right}`;
}
