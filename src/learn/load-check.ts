// A lesson's check.ts: its goals, with their titles and hints.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Check } from './goal.ts';
import { LESSONS } from './lesson.ts';

export function requireCheck(lesson: string): Check {
  return (createRequire(import.meta.url)(join(LESSONS, lesson, 'check.ts')) as { check: Check }).check;
}
