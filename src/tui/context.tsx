// What every screen needs to know: language, plain or drawn, how to go elsewhere.

import { useWindowSize } from 'ink';
import { createContext, type ReactNode, useContext } from 'react';
import type { Language, Text } from '../learn/text.ts';
import type { Course } from './course-state.ts';
import { Keyboard } from './keyboard.tsx';

export type Place =
  | { screen: 'course' }
  | { screen: 'lesson'; lesson: string }
  | { screen: 'present'; lesson: string }
  | { screen: 'assemble' }
  | { screen: 'explain' }
  | { screen: 'inspect' };

export interface Surroundings {
  language: Language;
  /** Lines of text alone, one below the other: for a screen reader. */
  isPlain: boolean;
  hasColour: boolean;
  course: Course;
  go(place: Place): void;
}

const Context = createContext<Surroundings | undefined>(undefined);

/** Around everything. */
export function SurroundingsProvider({ value, children }: { value: Surroundings; children: ReactNode }) {
  return (
    <Context.Provider value={value}>
      <Keyboard>{children}</Keyboard>
    </Context.Provider>
  );
}

export function useSurroundings(): Surroundings {
  const surroundings = useContext(Context);
  if (!surroundings) throw new Error('outside of the App');
  return surroundings;
}

/** Between the parts of a sentence. */
export const COMMA: Text = { en: ', ', zh: '，' };

/** The function that chooses the language of a text. */
export function useText(): (text: Text) => string {
  const { language } = useSurroundings();
  return (text) => text[language];
}

/** Columns and rows for a screen, without its head and its foot. */
export function useRoom(): { columns: number; rows: number; isWide: boolean } {
  const { columns, rows } = useWindowSize();
  return { columns, rows: Math.max(6, rows - FRAME_ROWS), isWide: columns >= WIDE };
}

/** Head, a line below it, a line above the foot, foot. */
const FRAME_ROWS = 4;
/** From here on two panes stand side by side. */
const WIDE = 110;
