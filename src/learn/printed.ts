// A lesson as plain text, from its first word to its last.

import type { Lesson, Step, StepKind } from './lesson.ts';
import { missingOf } from './needs.ts';
import { render } from './render.ts';
import type { Language, Text } from './text.ts';
import { exerciseFile } from './workspace.ts';
import { wrapLine } from './wrap.ts';

const KINDS: Record<StepKind, Text> = {
  read: { en: 'Read', zh: '读' },
  see: { en: 'See', zh: '看' },
  predict: { en: 'Predict', zh: '猜' },
  break: { en: 'Break', zh: '破坏' },
  build: { en: 'Build', zh: '动手' },
};

interface Look {
  width: number;
  color: boolean;
  /** With the notes for whoever presents it. */
  notes?: boolean;
}

export function printedLesson(lesson: Lesson, language: Language, { width, color, notes = false }: Look): string[] {
  const minutes = { en: `${lesson.minutes} minutes`, zh: `${lesson.minutes} 分钟` }[language];
  const missing = missingOf(lesson.needs).map((text) => `**${text[language]}**\n\n`);
  const head = `# ${lesson.name} · ${lesson.title}\n\n${minutes}\n\n${missing.join('')}${lesson.intro}`;
  const steps = lesson.steps.flatMap((step, index) => {
    const title = `## ${index + 1}/${lesson.steps.length} ${KINDS[step.kind][language]} · ${step.title}`;
    const body = bodyOf(step, howToRun(lesson, index)[language]);
    const said = notes && step.notes !== undefined ? `\n\n> **${NOTES[language]}** ${step.notes}` : '';
    return ['', ...render(`${title}\n\n${body}${said}`, width, { color })];
  });
  const end = lesson.steps.some(({ kind }) => kind === 'build')
    ? ['', ...wrapLine(howToBuild(lesson)[language], width)]
    : [];
  return [...render(head, width, { color }), ...steps, ...end];
}

const NOTES: Text = { en: 'Notes:', zh: '讲稿：' };

/** A command is shown, but not to be copied: there are some that had better not run outside of the guard. */
function bodyOf({ text, command, answers }: Step, howToRun: string): string {
  const letters = answers.map(({ letter, text }) => `- ${letter}: ${text}`).join('\n');
  const lines = command && `\`\`\`sh\n${command}\n\`\`\``;
  return [text, letters, lines, lines && howToRun].filter(Boolean).join('\n\n');
}

function howToRun({ name }: Lesson, index: number): Text {
  const command = `\`slipway lesson ${name.slice(0, 2)} --run ${index + 1}\``;
  return { en: `${command} runs this in the guard.`, zh: `${command} 会在 guard 里运行它。` };
}

function howToBuild({ name }: Lesson): Text {
  const file = exerciseFile('', name);
  return {
    en: `The exercise is ${file} in your workspace. \`slipway watch ${name}\` checks it each time you save it.`,
    zh: `练习是工作区里的 ${file}。\`slipway watch ${name}\` 会在你每次保存时检查它。`,
  };
}
