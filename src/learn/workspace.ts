// The learner's workspace: a folder with an exercise for each lesson, in which their editor knows Slipway's functions.
//
//     DIR/package.json  tsconfig.json  node_modules/slipway -> where Slipway lies
//     DIR/02-chroot/exercise.ts

import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { requireCheck } from './check.ts';
import { HOME } from './home.ts';
import { LESSONS, lessonNames } from './lesson.ts';

/** By this name in its package.json a workspace is known. */
const NAME = 'slipway-workspace';

/** Lays one out. @throws Error when something of it is there already. */
export function initWorkspace(folder: string): string {
  const workspace = resolve(folder);
  const lessons = lessonNames().filter((lesson) => existsSync(shipped(lesson)));
  mkdirSync(join(workspace, 'node_modules'), { recursive: true });
  symlinkSync(HOME, join(workspace, 'node_modules/slipway'));
  writeFileSync(join(workspace, 'package.json'), `${JSON.stringify(PACKAGE, null, 2)}\n`, { flag: 'wx' });
  writeFileSync(join(workspace, 'tsconfig.json'), `${JSON.stringify(TSCONFIG, null, 2)}\n`, { flag: 'wx' });
  for (const lesson of lessons) resetExercise(workspace, lesson);
  return workspace;
}

const PACKAGE = { name: NAME, private: true, type: 'module' };

const TSCONFIG = {
  compilerOptions: {
    target: 'esnext',
    module: 'nodenext',
    lib: ['esnext'],
    typeRoots: ['./node_modules/slipway/node_modules/@types'],
    types: ['node'],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
  },
  include: ['*/*.ts'],
};

/** The workspace that a folder is in, or undefined. */
export function findWorkspace(from: string = process.cwd()): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (isWorkspace(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function isWorkspace(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && readFileSync(file, 'utf8').includes(`"${NAME}"`);
}

/** The file that the learner edits. */
export function exerciseFile(workspace: string, lesson: string): string {
  return join(workspace, lesson, requireCheck(lesson).file ?? 'exercise.ts');
}

/** Puts the exercise back as it was. */
export function resetExercise(workspace: string, lesson: string): void {
  const file = exerciseFile(workspace, lesson);
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(shipped(lesson), file);
}

/** The exercise as it comes with Slipway. */
export function shipped(lesson: string): string {
  return join(LESSONS, lesson, 'exercise.ts');
}

export function solutionFile(lesson: string): string {
  return join(LESSONS, lesson, 'solution.ts');
}
