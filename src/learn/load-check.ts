// Titles and hints of a lesson's goals, from its check.ts.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Check } from './goal.ts';
import { LESSONS } from './lesson.ts';

export async function loadCheck(lesson: string): Promise<Check> {
  return requireCheck(lesson);
}

/** The same at once. */
export function requireCheck(lesson: string): Check {
  return (createRequire(import.meta.url)(join(LESSONS, lesson, 'check.ts')) as { check: Check }).check;
}
