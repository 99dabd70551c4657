// What may stand where the cursor is: the scripts of the shells (scripts.ts) ask for it at each press of Tab.
//
//     slipway complete -- run --rm --net    the words so far, the last one perhaps begun

import { COMMANDS, type Command, findCommand, type Word } from '../commands.ts';
import { containerVerbs, findContainerVerb } from '../container-verbs.ts';
import type { Flag, FlagTable } from '../flags.ts';
import { flagsOf } from '../with-help.ts';
import { namesFor } from './names.ts';

export interface Candidate {
  /** The whole word. After one that ends with : or = more is to come. */
  word: string;
  /** What it is, for shells that show that. */
  about: string;
}

/** `files`: the shell knows better. */
export type Answer = Candidate[] | 'files';

/** @param words those behind `slipway`; the last is the one at the cursor, and may be empty. */
export async function candidatesFor(words: readonly string[]): Promise<Answer> {
  const current = words.at(-1) ?? '';
  const [verb = '', ...rest] = words;
  if (words.length < 2) return begunWith(current, verbs());
  if (verb !== 'container') return candidatesBehind(findCommand(verb), rest);
  if (words.length < 3) return begunWith(current, [...containerVerbs().map(toCandidate), HELP]);
  return candidatesBehind(findContainerVerb(rest[0] as string), rest.slice(1));
}

const HELP: Candidate = { word: '--help', about: 'Print this' };

async function candidatesBehind(command: Command | undefined, words: readonly string[]): Promise<Answer> {
  if (command === undefined) return [];
  const current = words.at(-1) ?? '';
  const flags = await flagsOf(command);
  const { place, flag } = read(command, flags, words.slice(0, -1));
  if (flag !== undefined) return valuesOf(flag, '', current);
  const kind = command.words?.[Math.min(place, command.words.length - 1)];
  if (current.startsWith('-') && !(kind === 'program' && place > 0)) return flagsOrValue(flags, current);
  return wordsOf(kind, current);
}

function verbs(): Candidate[] {
  return COMMANDS.filter(({ isLong }) => !isLong).map(toCandidate);
}

function toCandidate({ name, summary }: Command): Candidate {
  return { word: name, about: summary };
}

function begunWith(begin: string, candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(begin));
}

/** How many words stand before the cursor that are no flags; and the flag that waits for its value. */
function read({ words: kinds = [] }: Command, flags: FlagTable, words: readonly string[]) {
  let place = 0;
  let flag: Flag<unknown> | undefined;
  for (const word of words) {
    const isProgram = kinds.at(-1) === 'program' && place > 0;
    if (flag !== undefined) flag = undefined;
    else if (isProgram || !word.startsWith('-') || word === '-') place++;
    else flag = waiting(flags, word);
  }
  return { place, flag };
}

/** The flag of this word, if its value comes with the next. */
function waiting(flags: FlagTable, word: string): Flag<unknown> | undefined {
  const flag = word.startsWith('--') ? longFlag(flags, word.slice(2)) : shortFlag(flags, word.at(-1) ?? '');
  return flag?.alone === undefined ? flag : undefined;
}

function longFlag(flags: FlagTable, name: string): Flag<unknown> | undefined {
  return Object.hasOwn(flags, name) ? flags[name] : Object.values(flags).find(({ alias }) => alias === name);
}

function shortFlag(flags: FlagTable, letter: string): Flag<unknown> | undefined {
  return Object.values(flags).find(({ short }) => short === letter);
}

function flagsOrValue(flags: FlagTable, current: string): Answer {
  const [, name = '', value] = /^--([^=]*)=(.*)$/s.exec(current) ?? [];
  const flag = value === undefined ? undefined : longFlag(flags, name);
  if (flag !== undefined && value !== undefined) return valuesOf(flag, `--${name}=`, value);
  return begunWith(
    current,
    Object.entries(flags).map(([name, { help }]) => ({ word: `--${name}`, about: help })),
  );
}

/** Values of the flag that begin so; `before` stands in the same word. */
function valuesOf({ values, argument = '' }: Flag<unknown>, before: string, begin: string): Answer {
  if (values === undefined) return /^(FILE|DIR)/.test(argument) || before === '' ? 'files' : [];
  const all = values.flatMap((value) =>
    value === 'container:' && begin.startsWith(value) ? containers(value) : [value],
  );
  return all.filter((value) => value.startsWith(begin)).map((value) => ({ word: before + value, about: '' }));
}

function containers(before: string): string[] {
  return namesFor('container').map(({ word }) => before + word);
}

function wordsOf(kind: Word | undefined, current: string): Answer {
  if (kind === undefined) return [];
  if (kind === 'program' || kind === 'file') return 'files';
  if (kind !== 'copy') return begunWith(current, kind === 'verb' ? verbs() : namesFor(kind));
  if (current.includes(':') || /^[./]/.test(current)) return 'files';
  const sides = namesFor('container').map(({ word, about }) => ({ word: `${word}:`, about }));
  const begun = begunWith(current, sides);
  return begun.length > 0 && current !== '' ? begun : 'files';
}
