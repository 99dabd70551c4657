// The whole program: the screen that is open, and what all screens know.

import { useMemo, useState } from 'react';
import type { Language } from '../learn/text.ts';
import { AssembleScreen } from './assemble/assemble-screen.tsx';
import { type Place, SurroundingsProvider } from './context.tsx';
import { CourseScreen } from './course-screen.tsx';
import type { Course } from './course-state.ts';
import { ExplainScreen } from './explain/explain-screen.tsx';
import { InspectScreen } from './inspect/inspect-screen.tsx';
import { LessonScreen } from './lesson/lesson-screen.tsx';
import { PresentScreen } from './present/present-screen.tsx';

interface Props {
  language: Language;
  isPlain: boolean;
  hasColour: boolean;
  course: Course;
  start: Place;
}

export function App({ language, isPlain, hasColour, course, start }: Props) {
  const [place, go] = useState<Place>(start);
  const surroundings = useMemo(
    () => ({ language, isPlain, hasColour, course, go }),
    [language, isPlain, hasColour, course],
  );
  return (
    <SurroundingsProvider value={surroundings}>
      <Current place={place} />
    </SurroundingsProvider>
  );
}

function Current({ place }: { place: Place }) {
  switch (place.screen) {
    case 'lesson':
      return <LessonScreen key={place.lesson} name={place.lesson} />;
    case 'present':
      return <PresentScreen name={place.lesson} />;
    case 'assemble':
      return <AssembleScreen />;
    case 'explain':
      return <ExplainScreen />;
    case 'inspect':
      return <InspectScreen />;
    default:
      return <CourseScreen />;
  }
}
