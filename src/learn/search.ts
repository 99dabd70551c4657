// Finds lessons by words.

import type { Lesson } from './lesson.ts';

/** True when every word is somewhere in the lesson: its name, its titles, its text, its commands. */
export function matches(lesson: Lesson, words: readonly string[]): boolean {
  const { name, title, intro, steps } = lesson;
  const parts = [name, title, intro, ...steps.flatMap((step) => [step.title, step.text, step.command ?? ''])];
  const text = parts.join('\n').toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}
