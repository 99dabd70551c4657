// Asks the conformance suite of a program, in the guard.
//
//     const results = await conform(['/usr/bin/slipway', 'run', '--rm', '-i', '--rootfs', '{}:O']);

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { askInGuard } from '../ask-in-guard.ts';
import { HOME } from '../home.ts';
import { REPORT } from '../lab/program.ts';
import { patient } from '../patience.ts';
import type { Result } from '../result.ts';
import { CONFORM_GOALS } from './goals.ts';

export interface ConformOptions {
  signal?: AbortSignal;
  onResult?: (result: Result) => void;
  /** What the program takes in place of a folder. */
  image?: string | undefined;
  /** How often each goal has to hold. */
  times?: number;
}

const SECONDS = patient(300);

/** @param command CMD (see subject.ts). @returns a result for each goal. @throws Error when there is no such program, or no guard. */
export function conform(
  command: readonly string[],
  { signal, onResult, image = '', times = 2 }: ConformOptions = {},
): Promise<Result[]> {
  const words = startWords(command);
  return askInGuard(CONFORM_GOALS, {
    program: ['src/learn/conform/inside.ts', String(times), image, ...words],
    folders: hiddenFolders(words),
    seconds: SECONDS,
    signal,
    onResult,
  });
}

/** The program by its path, however it was named; one of ours in TypeScript is started as an exercise is. */
function startWords([name = '', ...words]: readonly string[]): string[] {
  const folders = name.includes('/') || name.endsWith('.ts') ? ['.'] : [HOME, ...(process.env.PATH ?? '').split(':')];
  const path = folders.map((folder) => resolve(folder, name)).find((each) => existsSync(each));
  if (path === undefined) throw new Error(`there is no program "${name}"`);
  return path.endsWith('.ts') ? [join(HOME, 'scripts/node.sh'), '--import', REPORT, path, ...words] : [path, ...words];
}

/** In the guard /tmp and /run are empty: the program may lie there. */
function hiddenFolders(command: readonly string[]): string[] {
  const files = command.map((word) => resolve(word)).filter((path) => /^\/(tmp|run)\//.test(path) && existsSync(path));
  return [...new Set(files.map((path) => dirname(path)))];
}
