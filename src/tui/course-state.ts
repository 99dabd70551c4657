// What the screens know of the course: the lessons, the learner's workspace, and how far they have come.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LESSONS, lessonNames, readLesson } from '../learn/lesson.ts';
import { type LessonState, Progress } from '../learn/progress.ts';
import { matches } from '../learn/search.ts';
import type { Language } from '../learn/text.ts';
import { findWorkspace, initWorkspace } from '../learn/workspace.ts';

/** A lesson in the list. */
export interface Entry {
  /** `02-chroot` */
  name: string;
  title: string;
  minutes: number;
  /** True for a lesson that has all these words somewhere. */
  has?(words: readonly string[]): boolean;
}

export class Course {
  readonly lessons: readonly Entry[];
  #workspace: string | undefined;

  constructor(lessons: readonly Entry[], workspace: string | undefined) {
    this.lessons = lessons;
    this.#workspace = workspace;
  }

  static open(language: Language): Course {
    const lessons = lessonNames().filter(hasText);
    return new Course(
      lessons.map((name) => entryOf(name, language)),
      findWorkspace() ?? findWorkspace(DEFAULT_WORKSPACE),
    );
  }

  /** The learner's folder, if there is one. */
  get workspace(): string | undefined {
    return this.#workspace;
  }

  /** Lays the workspace out. @throws Error when that cannot be. */
  makeWorkspace(language: Language): void {
    initWorkspace(DEFAULT_WORKSPACE, language);
    this.#workspace = DEFAULT_WORKSPACE;
  }

  stateOf(lesson: string): LessonState {
    return this.progress?.stateOf(lesson) ?? 'open';
  }

  /** @throws Error when it cannot be written down. */
  set(lesson: string, state: LessonState): void {
    this.progress?.set(lesson, state);
  }

  /** Remembers where the learner is, if that can be written down: a full disk keeps nobody from a lesson. */
  goTo(lesson: string): void {
    failureOf(() => this.progress?.goTo(lesson));
  }

  /** The lesson to go on with: where the learner was, or the next that is open. */
  get current(): string | undefined {
    const isOpen = ({ name }: Entry) => this.stateOf(name) === 'open';
    const wanted = this.lessons.find(({ name }) => name === this.progress?.current());
    return (wanted && isOpen(wanted) ? wanted : (this.lessons.find(isOpen) ?? this.lessons[0]))?.name;
  }

  /** The lesson behind this one. */
  after(lesson: string): string | undefined {
    return this.lessons[this.lessons.findIndex(({ name }) => name === lesson) + 1]?.name;
  }

  /** Read each time: an editor, or a check in another terminal, may have changed it. */
  get progress(): Progress | undefined {
    return this.#workspace === undefined ? undefined : Progress.read(this.#workspace);
  }
}

/** Where a workspace is made when somebody has none. */
export const DEFAULT_WORKSPACE = join(homedir(), 'slipway-course');

function hasText(name: string): boolean {
  return existsSync(join(LESSONS, name, 'lesson.md'));
}

function entryOf(name: string, language: Language): Entry {
  const lesson = readLesson(name, language);
  return { name, title: lesson.title, minutes: lesson.minutes, has: (words) => matches(lesson, words) };
}

/** @returns what went wrong, if anything. */
export function failureOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
