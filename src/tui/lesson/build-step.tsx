// The exercise: the learner edits a file in their own editor; each time it is saved the check runs in the guard, and its
// goals are shown here. Hints come one by one, the last is the solution.

import { readFileSync } from 'node:fs';
import { useEffect, useState } from 'react';
import { hintsFor, nextHint } from '../../learn/hint.ts';
import { requireCheck } from '../../learn/load-check.ts';
import type { Text } from '../../learn/text.ts';
import { exerciseFile, resetExercise, solutionFile } from '../../learn/workspace.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { useSurroundings, useText } from '../context.tsx';
import type { Course } from '../course-state.ts';
import { type Key, NEXT } from '../keys.tsx';
import type { News } from '../pane.tsx';
import { styled } from '../style.ts';
import { useEditor } from '../use-editor.ts';
import { goalLines } from './goals.ts';
import { Page, type PageProps } from './page.tsx';
import { outputLines } from './said.ts';
import { useWatch, type Watched } from './use-watch.ts';

export function BuildStep(props: PageProps) {
  const { course } = useSurroundings();
  const t = useText();
  if (course.workspace === undefined) {
    const lines = (width: number) => wrapLine(t(NO_WORKSPACE), width);
    return <Page {...props} text={props.step?.text ?? ''} panel={{ lines }} />;
  }
  return <Exercise {...props} workspace={course.workspace} />;
}

const NO_WORKSPACE = {
  en: 'You have no workspace yet. Press Esc, then i: it will hold your exercises and your progress.',
  zh: '还没有工作区。先按 Esc，再按 i 创建：练习文件和进度都会保存在那里。',
};

function Exercise({ step, keys, lesson, page, workspace }: PageProps & { workspace: string }) {
  const t = useText();
  const { course, language, go } = useSurroundings();
  const file = exerciseFile(workspace, lesson.name);
  const watched = useWatch(lesson.name, file, ({ results }) => course.progress?.record(lesson.name, results));
  const [hints, setHints] = useState<readonly string[]>([]);
  const [isHintNew, setHintNew] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const edit = useEditor();
  const isDone = watched.run?.ok === true && !watched.isChecking;
  const own: Key[] = [
    { key: 'e', does: { en: 'edit', zh: '编辑' }, run: () => edit(file) },
    { key: 'h', does: { en: 'hint', zh: '提示' }, run: () => more() },
    { key: 'c', does: { en: 'check', zh: '检查' }, run: watched.check },
    { key: 'x', does: { en: 'reset', zh: '重置' }, run: () => setAsking(true), isMinor: true },
  ];
  const following = isDone && page === lesson.steps.length ? course.after(lesson.name) : undefined;
  const next: Key[] =
    following === undefined
      ? []
      : [
          {
            ...NEXT,
            does: { en: 'next lesson', zh: '下一课' },
            run: () => go({ screen: 'lesson', lesson: following }),
          },
        ];
  const more = () => {
    setHints(oneMoreHint(course, lesson.name, t));
    setHintNew(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a check begins or ends
  useEffect(() => setHintNew(false), [watched.isChecking]);
  const reset = () => {
    resetExercise(workspace, lesson.name);
    course.progress?.forget(lesson.name);
    setHints([]);
  };
  const goals = (width: number): string[] => {
    const wrapped = (text: string) => wrapLine(text, width);
    const look = { language, width, from: workspace, isChecking: watched.isChecking };
    return [
      ...(isAsking ? [styled('yellow', t(REALLY)), ''] : []),
      ...printed(watched, width, t),
      styled('bold', t(statusOf(watched, isDone))),
      ...goalLines(requireCheck(lesson.name).goals, watched.results, look),
      ...(watched.failure ? wrapped(watched.failure).map((line) => styled('red', line)) : []),
    ];
  };
  const hintLines = (hint: string, width: number) => ['', ...hint.split('\n').flatMap((line) => wrapLine(line, width))];
  const lines = (width: number): string[] => {
    const wrapped = (text: string) => wrapLine(text, width);
    return [
      ...goals(width),
      ...(isDone ? ['', ...wrapped(t(compare(file, lesson.name)))] : hints.flatMap((hint) => hintLines(hint, width))),
      '',
      ...wrapped(t({ en: `Your file: ${file}`, zh: `你的文件：${file}` })).map((line) => styled('dim', line)),
    ];
  };
  const news = (width: number): News => {
    if (!isHintNew) return { name: t(statusOf(watched, isDone)), line: printed(watched, width, t).length };
    const before = hints.slice(0, -1).flatMap((hint) => hintLines(hint, width));
    return { name: `hint ${hints.length}`, line: goals(width).length + before.length + 1 };
  };
  return (
    <Page
      {...{ lesson, page, step }}
      keys={isAsking ? yesOrNo(reset, () => setAsking(false)) : [...next, ...own, ...keys]}
      text={`${step?.text ?? ''}\n\n\`\`\`ts\n${read(file)}\n\`\`\``}
      panel={{ lines, news }}
    />
  );
}

const REALLY: Text = { en: 'Put the exercise back as it was? y / n', zh: '把练习恢复原样吗？y / n' };

function statusOf({ isChecking }: Watched, isDone: boolean): Text {
  if (isChecking) return { en: 'Checking …', zh: '正在检查……' };
  if (isDone) return { en: '✓ Done: every goal is reached.', zh: '✓ 完成：所有目标都已达成。' };
  return { en: 'Goals (checked whenever you save)', zh: '目标（保存文件时自动检查）' };
}

function compare(file: string, lesson: string): Text {
  return {
    en: `To compare: diff ${file} ${solutionFile(lesson)}`,
    zh: `和答案比较：diff ${file} ${solutionFile(lesson)}`,
  };
}

function yesOrNo(yes: () => void, end: () => void): Key[] {
  const run = () => {
    yes();
    end();
  };
  return [
    { key: 'y', does: { en: 'yes, throw my changes away', zh: '是，丢弃我的修改' }, run },
    { key: 'n', does: { en: 'no', zh: '否' }, press: () => true, run: end },
  ];
}

function oneMoreHint(course: Course, lesson: string, t: (text: Text) => string): string[] {
  const { progress } = course;
  if (progress === undefined) return [];
  const total = hintsFor(progress, lesson).length;
  return nextHint(progress, lesson).map(({ text, tier, isSolution }) => {
    const head = isSolution ? t({ en: 'Solution', zh: '答案' }) : t({ en: 'Hint', zh: '提示' });
    return `${styled('bold', `${head} ${tier}/${total}`)}\n${t(text)}`;
  });
}

const MOST_LINES = 8;

/** What the learner's program printed; of much, the end. */
function printed({ run, isChecking }: Watched, width: number, t: (text: Text) => string): string[] {
  if (run === undefined || isChecking || run.output.trim() === '') return [];
  const lines = outputLines(run.output, width - 2).map((line) => styled('dim', `  ${line}`));
  const head = t({ en: 'Your program printed:', zh: '你的程序输出了：' });
  return [head, ...(lines.length > MOST_LINES ? ['  …'] : []), ...lines.slice(-MOST_LINES), ''];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return `// ${(error as Error).message}`;
  }
}
