// Screen: a lesson, step by step.

import { useEffect, useMemo, useState } from 'react';
import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { useSurroundings } from '../context.tsx';
import { type Key, NEXT } from '../keys.tsx';
import { BuildStep } from './build-step.tsx';
import { PredictStep } from './predict-step.tsx';
import { ReadStep } from './read-step.tsx';
import { RunStep } from './run-step.tsx';
import type { Finding } from './step.ts';

export function LessonScreen({ name }: { name: string }) {
  const { language } = useSurroundings();
  const lesson = useMemo(() => readLesson(name, language), [name, language]);
  return <LessonPages lesson={lesson} />;
}

/** The first page is what the lesson is about, then comes a page for each step. */
export function LessonPages({ lesson, at = 0 }: { lesson: Lesson; at?: number }) {
  const { go, course } = useSurroundings();
  const [page, setPage] = useState(at);
  const [findings, setFindings] = useState<Readonly<Record<number, Finding>>>({});
  const step = lesson.steps[page - 1];
  useEffect(() => course.goTo(lesson.name), [course, lesson.name]); // to go on here another day
  const isLast = page === lesson.steps.length;
  const keys: Key[] = [
    ...(isLast ? [] : [{ ...NEXT, does: { en: 'next', zh: '下一步' }, run: () => setPage(page + 1) }]),
    ...(page === 0 ? [] : [{ ...BACK, run: () => setPage(page - 1) }]),
    {
      key: 'Esc',
      does: { en: 'all lessons', zh: '课程列表' },
      press: (input, pressed) => pressed.escape || input === 'l',
      run: () => go({ screen: 'course' }),
    },
  ];
  const Kind = step === undefined ? ReadStep : COMPONENTS[step.kind];
  return (
    <Kind
      key={page}
      lesson={lesson}
      page={page}
      step={step}
      keys={keys}
      finding={findings[page]}
      keep={(finding) => setFindings((all) => ({ ...all, [page]: finding }))}
    />
  );
}

const BACK: Omit<Key, 'run'> = {
  key: '←',
  does: { en: 'back', zh: '上一步' },
  press: (input, { leftArrow }) => leftArrow || input === 'p',
};

const COMPONENTS = { read: ReadStep, see: RunStep, predict: PredictStep, break: RunStep, build: BuildStep } as const;
