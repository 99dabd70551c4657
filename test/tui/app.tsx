// Screens of a course that is made up, so that frames stay as they are when a lesson changes.

import type { ReactNode } from 'react';
import { parseLesson } from '../../src/learn/lesson.ts';
import type { Language } from '../../src/learn/text.ts';
import { SurroundingsProvider } from '../../src/tui/context.tsx';
import { Course, type Entry } from '../../src/tui/course-state.ts';
import { Screen } from './screen.ts';

const TITLES: Record<Language, string[]> = {
  en: [
    'A process',
    'Another root',
    'Namespaces',
    'No way back',
    'Limits',
    'Layers',
    'Volumes',
    'A way in',
    'Run',
    'Runtime',
    'Watch',
    'Watch',
  ],
  zh: [
    '进程',
    '另一个根目录',
    '命名空间',
    '没有退路',
    '资源限制',
    '分层文件系统',
    '数据卷',
    '进入容器',
    '运行',
    '运行时',
    '守着',
    '守着',
  ],
};
const NAMES = [
  'process',
  'chroot',
  'namespaces',
  'pivot-root',
  'cgroups',
  'unionfs',
  'volumes',
  'exec',
  'run',
  'runtime',
  'supervise',
];

export function entries(language: Language): Entry[] {
  return NAMES.map((name, index) => ({
    name: `${String(index + 1).padStart(2, '0')}-${name}`,
    title: TITLES[language][index] as string,
    minutes: 15,
  }));
}

export interface Options {
  language?: Language;
  isPlain?: boolean;
  columns?: number;
  rows?: number;
  workspace?: string;
}

/** Around a screen, what App puts there. `went` is where it wanted to go. */
export function open(node: ReactNode, { language = 'en', isPlain = false, workspace, ...size }: Options = {}) {
  const went: unknown[] = [];
  const course = new Course(entries(language), workspace);
  const go = (place: unknown) => went.push(place);
  const screen = new Screen(
    <SurroundingsProvider value={{ language, isPlain, hasColour: false, course, go }}>{node}</SurroundingsProvider>,
    { ...size, isPlain },
  );
  return Object.assign(screen, { went, course });
}

export const LESSON = parseLesson(
  '02-chroot',
  `---
title: Another root
minutes: 15
---
Every process has a root.

## read: What it is
The folder that it calls \`/\`. 每个进程都有自己的根目录。

## see: Through a keyhole
Look.

\`\`\`sh
echo one; echo two
\`\`\`
\`\`\`host
echo the host
\`\`\`

## predict: What will it be?
The shell counts.

- a: two \`^2$\`
- b: three \`^3$\`
\`\`\`sh
echo $((1 + 1))
\`\`\`
`,
);
