// A lesson as plain text, from its first word to its last.

import type { Lesson, Step, StepKind } from './lesson.ts';
import { render } from './render.ts';
import type { Language, Text } from './text.ts';
import { wrapLine } from './wrap.ts';

const KINDS: Record<StepKind, Text> = {
  read: { en: 'Read', zh: '读' },
  see: { en: 'See', zh: '看' },
  predict: { en: 'Predict', zh: '猜' },
  break: { en: 'Break', zh: '破坏' },
  build: { en: 'Build', zh: '动手' },
};

export function printedLesson(lesson: Lesson, language: Language, width: number, color: boolean): string[] {
  const minutes = { en: `${lesson.minutes} minutes`, zh: `${lesson.minutes} 分钟` }[language];
  const head = `# ${lesson.name} · ${lesson.title}\n\n${minutes}\n\n${lesson.intro}`;
  const steps = lesson.steps.flatMap((step, index) => {
    const title = `## ${index + 1}/${lesson.steps.length} ${KINDS[step.kind][language]} · ${step.title}`;
    return ['', ...render(`${title}\n\n${bodyOf(step, language)}`, width, { color })];
  });
  const end = lesson.steps.some(({ kind }) => kind === 'build')
    ? ['', ...wrapLine(howToBuild(lesson)[language], width)]
    : [];
  return [...render(head, width, { color }), ...steps, ...end];
}

function bodyOf({ text, command, answers }: Step, language: Language): string {
  const letters = answers.map(({ letter, text }) => `- ${letter}: ${text}`).join('\n');
  const introduction = answers.length > 0 ? FIND_OUT[language] : undefined;
  const lines = command?.split('\n').map((line) => `    ${line}`);
  return [text, letters, introduction, lines?.join('\n')].filter(Boolean).join('\n\n');
}

const FIND_OUT: Text = {
  en: 'Choose one, then ask the kernel (in the guard: `slipway guard sh`):',
  zh: '先选一个，再问内核（在 guard 里：`slipway guard sh`）：',
};

function howToBuild({ name }: Lesson): Text {
  return {
    en: `The exercise is ${name}/exercise.ts in your workspace. \`slipway watch ${name}\` checks it each time you save it.`,
    zh: `练习是工作区里的 ${name}/exercise.ts。\`slipway watch ${name}\` 会在你每次保存时检查它。`,
  };
}
