// How far the learner has come: progress.txt in the workspace, for people to read and to edit.
//
//     02-chroot done
//     03-namespaces skipped
//     current 04-pivot-root        where they are; without it, the first lesson that is open

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../runtime/whole-file.ts';
import { lessonNames } from './lesson.ts';

export type LessonState = 'open' | 'done' | 'skipped';

export class Progress {
  readonly #file: string;
  readonly #lines: Map<string, string>;

  private constructor(file: string, lines: Map<string, string>) {
    this.#file = file;
    this.#lines = lines;
  }

  static read(workspace: string): Progress {
    const file = join(workspace, 'progress.txt');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const pairs = text.split('\n').map((line) => line.trim().split(/\s+/, 2));
    return new Progress(file, new Map(pairs.filter((pair) => pair.length === 2) as [string, string][]));
  }

  stateOf(lesson: string): LessonState {
    const state = this.#lines.get(lesson);
    return state === 'done' || state === 'skipped' ? state : 'open';
  }

  /** Writes it to the file at once. */
  set(lesson: string, state: LessonState): void {
    if (state === 'open') this.#lines.delete(lesson);
    else this.#lines.set(lesson, state);
    this.#write();
  }

  /** The lesson that the learner is at. */
  current(): string {
    const lessons = lessonNames();
    const chosen = this.#lines.get('current');
    if (chosen !== undefined && lessons.includes(chosen)) return chosen;
    return lessons.find((lesson) => this.stateOf(lesson) === 'open') ?? (lessons.at(-1) as string);
  }

  /** Goes to a lesson. Nothing else does: a lesson that is done stays the current one. */
  goTo(lesson: string): void {
    this.#lines.set('current', lesson);
    this.#write();
  }

  #write(): void {
    const lines = [...this.#lines].sort().map(([name, word]) => `${name} ${word}\n`);
    writeWhole(this.#file, lines.join(''));
  }
}
