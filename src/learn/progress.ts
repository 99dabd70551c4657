// How far the learner has come: progress.txt in the workspace, for people to read and to edit.
//
//     02-chroot done
//     03-namespaces skipped
//     current 04-pivot-root        where they are; without it, the first lesson that is open
//     goal 04-pivot-root root      what failed at the last check
//     hint 04-pivot-root root 2    how many hints they have seen for it
//
// A line is read as a key and, behind the last space, a value. A lesson without a line is open.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../runtime/whole-file.ts';
import { giveToOwner } from './give-to-owner.ts';
import { lessonNames } from './lesson.ts';
import type { Result } from './result.ts';

export type LessonState = 'open' | 'done' | 'skipped';

export class Progress {
  readonly #file: string;
  readonly #values: Map<string, string>;

  private constructor(file: string, values: Map<string, string>) {
    this.#file = file;
    this.#values = values;
  }

  static read(workspace: string): Progress {
    const file = join(workspace, 'progress.txt');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return new Progress(file, new Map(text.split('\n').flatMap(parseLine)));
  }

  stateOf(lesson: string): LessonState {
    const state = this.#values.get(lesson);
    return state === 'done' || state === 'skipped' ? state : 'open';
  }

  /** This, like all that changes it, writes the file at once. @throws Error when it cannot be written. */
  set(lesson: string, state: LessonState): void {
    this.#put([[lesson, state === 'open' ? undefined : state]]);
  }

  /**
   * Takes the results of a check: a lesson whose goals are all reached is done, and one that was done and breaks is open
   * again. One that is skipped stays so until it is solved. Where the check itself failed, or could not be made here,
   * nothing is known about the exercise, and nothing changes.
   */
  record(lesson: string, results: readonly Result[]): void {
    if (results.some(({ ours, unasked }) => ours !== undefined || unasked)) return;
    const failing = results.find(({ ok }) => !ok)?.goal;
    const state = failing === undefined ? 'done' : this.stateOf(lesson) === 'skipped' ? 'skipped' : undefined;
    this.#put([
      [lesson, state],
      [`goal ${lesson}`, failing],
    ]);
  }

  /** The lesson that the learner is at. */
  current(): string {
    const lessons = lessonNames();
    const chosen = this.#values.get('current');
    if (chosen !== undefined && lessons.includes(chosen)) return chosen;
    return lessons.find((lesson) => this.stateOf(lesson) === 'open') ?? (lessons.at(-1) as string);
  }

  /** Goes to a lesson. Nothing else does: a lesson that is done stays the current one. */
  goTo(lesson: string): void {
    this.#put([['current', lesson]]);
  }

  /** The lesson to go to next: the first open one behind this, or the first open one at all. */
  nextAfter(lesson: string): string | undefined {
    const lessons = lessonNames();
    const open = lessons.filter((each) => each !== lesson && this.stateOf(each) === 'open');
    return open.find((each) => each > lesson) ?? open[0];
  }

  /** The goal that failed at the last check. */
  failing(lesson: string): string | undefined {
    return this.#values.get(`goal ${lesson}`);
  }

  /** How many hints for a goal have been shown. */
  hintsShown(lesson: string, goal: string): number {
    return Number(this.#values.get(`hint ${lesson} ${goal}`) ?? 0) || 0;
  }

  setHintsShown(lesson: string, goal: string, count: number): void {
    this.#put([[`hint ${lesson} ${goal}`, String(count)]]);
  }

  /** Everything about a lesson is as at the beginning. */
  forget(lesson: string): void {
    const keys = [...this.#values.keys()].filter((key) => key.split(' ').includes(lesson));
    this.#put(keys.map((key) => [key, undefined]));
  }

  #put(changes: readonly (readonly [key: string, value: string | undefined])[]): void {
    for (const [key, value] of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
    const lines = [...this.#values].map(([key, value]) => `${key} ${value}\n`).sort();
    try {
      writeWhole(this.#file, lines.join(''));
      giveToOwner(dirname(this.#file), this.#file);
    } catch (error) {
      throw new Error(`${this.#file} cannot be written: ${(error as Error).message}`);
    }
  }
}

function parseLine(line: string): [string, string][] {
  const words = line.trim().split(/\s+/);
  const value = words.pop() as string;
  return words.length > 0 ? [[words.join(' '), value]] : [];
}
