// --explain: shows every system call as it happens (src/linux/trace.ts).

import { closeSync, openSync } from 'node:fs';
import { reasonOf } from '../engine/user-file.ts';
import { F_DUPFD_CLOEXEC } from '../linux/constants.ts';
import { fcntl } from '../linux/files.ts';
import { startTrace, type TraceFormat } from '../linux/trace.ts';
import { asIs, value } from './flag-kinds.ts';
import type { Flag, Values } from './flags.ts';

function parseFormat(text: string): TraceFormat {
  if (text === 'text' || text === 'json') return text;
  throw new Error('it is none of text, json');
}

const explain: Flag<TraceFormat | undefined> = {
  argument: 'FORMAT',
  values: ['text', 'json'],
  alone: 'text',
  help: 'Show every system call on stderr, as text or json',
  begin: undefined,
  take: (_, text) => parseFormat(text),
};

export const EXPLAIN_FLAGS = {
  explain,
  'explain-file': value('FILE', 'Write that to a file in place of stderr', asIs),
};

/** Begins to show calls, if that is wanted. The descriptor is above 2, so that it is never a program's own. */
export function startExplaining({ explain: format, 'explain-file': file }: Values<typeof EXPLAIN_FLAGS>): void {
  if (format === undefined && file === undefined) return;
  startTrace(file === undefined ? fcntl(2, F_DUPFD_CLOEXEC, 3) : openFresh(file), format ?? 'text');
}

/** Node opens files close-on-exec, in append mode so that every process adds its lines at the end. */
function openFresh(file: string): number {
  try {
    closeSync(openSync(file, 'w'));
    return openSync(file, 'a');
  } catch (error) {
    throw new Error(`--explain-file "${file}" cannot be written: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
