// The learner's workspace: a folder with an exercise for each lesson, in which their editor knows Slipway's functions.
//
//     DIR/package.json  tsconfig.json  node_modules/slipway -> where Slipway lies
//     DIR/02-chroot/exercise.ts
//     DIR/progress.txt

import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { giveToOwner } from './give-to-owner.ts';
import { HOME } from './home.ts';
import { LESSONS, lessonNames } from './lesson.ts';
import { requireCheck } from './load-check.ts';
import type { Language, Text } from './text.ts';

/** By this name in its package.json a workspace is known. */
const NAME = 'slipway-workspace';

const PACKAGE = { name: NAME, private: true, type: 'module' };

/** Slipway's own, since an editor reads its sources too, and the types of Node that it comes with. */
const TSCONFIG = {
  extends: './node_modules/slipway/tsconfig.json',
  compilerOptions: {
    typeRoots: ['./node_modules/slipway/node_modules/@types'],
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ['*/*.ts'],
};

/**
 * Lays out a workspace, or in one that is there already the lessons that it lacks. No file is ever overwritten.
 * @returns the lessons whose exercises were laid out.
 * @throws Error when the folder has files of these names that belong to something else.
 */
export function initWorkspace(folder: string, language: Language = 'en'): string[] {
  const workspace = resolve(folder);
  if (!isWorkspace(workspace)) refuseForeign(workspace, language);
  mkdirSync(join(workspace, 'node_modules'), { recursive: true });
  linkHome(join(workspace, 'node_modules/slipway'));
  writeNew(join(workspace, 'package.json'), PACKAGE);
  writeNew(join(workspace, 'tsconfig.json'), TSCONFIG);
  const missing = exercises().filter((lesson) => !existsSync(exerciseFile(workspace, lesson)));
  for (const lesson of missing) resetExercise(workspace, lesson);
  return missing;
}

/** Lessons with something to build. */
function exercises(): string[] {
  return lessonNames().filter((lesson) => existsSync(shippedFile(lesson)));
}

function refuseForeign(workspace: string, language: Language): void {
  const names = ['package.json', 'tsconfig.json', 'node_modules', 'progress.txt', ...exercises()];
  const foreign = names.find((name) => exists(join(workspace, name)));
  if (foreign !== undefined) throw new Error(hasAlready(workspace, foreign)[language]);
}

function hasAlready(workspace: string, name: string): Text {
  return {
    en: `${workspace} has a ${name} already: choose a new folder`,
    zh: `${workspace} 里已经有 ${name}：请换一个新目录`,
  };
}

/** A link that leads nowhere is there too. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Slipway may have been moved since. */
function linkHome(link: string): void {
  if (existsSync(join(link, 'package.json'))) return;
  rmSync(link, { force: true });
  symlinkSync(HOME, link);
}

function writeNew(file: string, content: object): void {
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
}

/** The workspace that a folder is in: it, or one above it; else SLIPWAY_WORKSPACE. Undefined when there is none. */
export function findWorkspace(from: string = process.cwd()): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (isWorkspace(folder)) return folder;
    if (folder === dirname(folder)) break;
  }
  const named = process.env.SLIPWAY_WORKSPACE;
  return named && isWorkspace(resolve(named)) ? resolve(named) : undefined;
}

function isWorkspace(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'package.json'), 'utf8').includes(`"${NAME}"`);
  } catch {
    return false; // there is none, or none that we may read
  }
}

/** The file that the learner edits. */
export function exerciseFile(workspace: string, lesson: string): string {
  return join(workspace, lesson, requireCheck(lesson).file ?? 'exercise.ts');
}

/** Puts the exercise back as it comes with Slipway. */
export function resetExercise(workspace: string, lesson: string): void {
  const file = exerciseFile(workspace, lesson);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, readFileSync(shippedFile(lesson))); // not copied, for a read-only file's copy is read-only too
  giveToOwner(workspace, dirname(file), file);
}

/** The exercise as it comes with Slipway. */
export function shippedFile(lesson: string): string {
  return join(LESSONS, lesson, 'exercise.ts');
}

export function solutionFile(lesson: string): string {
  return join(LESSONS, lesson, 'solution.ts');
}
