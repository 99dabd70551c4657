// Which lessons use something: their own commands are asked, so that this never differs from them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOME } from '../home.ts';
import { lessonNames, readLesson } from '../lesson.ts';

/** All that a lesson runs: its commands, and the shell scripts that they name. */
export function commandsOf(lesson: string): string {
  const commands = readLesson(lesson, 'en').steps.flatMap(({ command = '', host = '' }) => [command, host]);
  const scripts = commands.flatMap((command) => command.match(/lessons\/[\w/-]+\.sh/g) ?? []);
  return [...commands, ...[...new Set(scripts)].map((path) => readFileSync(join(HOME, path), 'utf8'))].join('\n');
}

export function lessonsThatRun(pattern: RegExp): string[] {
  return lessonNames().filter((lesson) => pattern.test(commandsOf(lesson)));
}
