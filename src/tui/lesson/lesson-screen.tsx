// Screen: a lesson, step by step.

import { useMemo, useState } from 'react';
import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { useSurroundings } from '../context.tsx';
import type { Key } from '../keys.tsx';
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
  const turn = (by: number) => setPage(Math.max(0, Math.min(lesson.steps.length, page + by)));
  const keys: Key[] = [
    {
      key: '→',
      does: { en: 'next', zh: '下一步' },
      press: (input, { rightArrow, return: enter }) => rightArrow || enter || input === 'n' || input === 'l',
      run: () => turn(1),
    },
    {
      key: '←',
      does: { en: 'back', zh: '上一步' },
      press: (input, { leftArrow }) => leftArrow || input === 'p',
      run: () => turn(-1),
    },
    {
      key: 'Esc',
      does: { en: 'all lessons', zh: '课程列表' },
      press: (_, pressed) => pressed.escape,
      run: () => {
        course.goTo(lesson.name);
        go({ screen: 'course' });
      },
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

const COMPONENTS = { read: ReadStep, see: RunStep, predict: PredictStep, break: RunStep, build: BuildStep } as const;
