// A parser of command lines, driven by a table of flags, with Docker's conventions:
//
//     -it             short flags can be joined                 --rm=false     a switch can be turned off
//     -e A=1 -e B=2   a flag can come again                     -m512m  -m=512m  --memory 512m  are the same
//     run -t box -x   flags end at the first word that is none: -x belongs to the program
//     stop box -t 3   but where no program follows, they may stand anywhere; -- ends them
//
// A flag is a fold: it has a value to begin with, and makes a new value of the one before and the text that was given.

import { nearest } from './nearest.ts';

export interface Flag<Value> {
  short?: string;
  /** A second long name. */
  alias?: string;
  /** What --help calls the value; a switch has none. */
  argument?: string;
  help: string;
  /** What the value can be, or begin with, for the completion of a shell. */
  values?: readonly string[];
  /** The text when none is given, for flags that may stand alone. */
  alone?: string;
  /** The value when the flag is not there. */
  begin: Value;
  /** @throws Error when the text is no value for this flag. */
  take(before: Value, text: string): Value;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds flags of every kind of value.
export type FlagTable = Record<string, Flag<any>>;

export type Values<Table extends FlagTable> = {
  [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

/** A command line that cannot be understood: the user's mistake, so no stack is shown. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/**
 * Takes flags off the front of `argv`; with `mixed` those that stand between and behind the words too.
 * @returns the value of every flag of the table, and the words behind the flags.
 * @throws UsageError naming the flag and its text.
 */
export function parseFlags<Table extends FlagTable>(
  table: Table,
  argv: readonly string[],
  { mixed = false } = {},
): { values: Values<Table>; rest: string[] } {
  const values = Object.fromEntries(Object.entries(table).map(([name, { begin }]) => [name, begin]));
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest[0]; word !== undefined; word = rest[0]) {
    const isFlag = word.startsWith('-') && word !== '-';
    if (!isFlag && !mixed) break;
    rest.shift();
    if (word === '--') break;
    if (!isFlag) words.push(word);
    else if (word.startsWith('--')) takeLong(table, values, word, rest);
    else takeShort(table, values, word, rest);
  }
  return { values: values as Values<Table>, rest: [...words, ...rest] };
}

/** `--name`, `--name=text`, or `--name text`. */
function takeLong(table: FlagTable, values: Record<string, unknown>, word: string, rest: string[]): void {
  const [, name = '', text] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const key = Object.hasOwn(table, name) ? name : Object.keys(table).find((each) => table[each]?.alias === name);
  const flag = key === undefined ? undefined : table[key];
  if (!flag) throw new UsageError(unknownFlag(table, name));
  apply(flag, values, key as string, text ?? flag.alone ?? next(rest, `--${name}`));
}

/** `-i`, `-it`, `-m512m`, `-m=512m` or `-m 512m`: the first flag that wants a value takes the rest of the word. */
function takeShort(table: FlagTable, values: Record<string, unknown>, word: string, rest: string[]): void {
  for (let at = 1; at < word.length; at++) {
    const short = word[at] as string;
    const key = Object.keys(table).find((each) => table[each]?.short === short);
    const flag = key === undefined ? undefined : table[key];
    if (!flag) throw new UsageError(`unknown shorthand flag: '${short}' in ${word}`);
    const behind = word.slice(at + 1);
    const isLast = flag.alone === undefined || behind.startsWith('=');
    const text = behind.startsWith('=') ? behind.slice(1) : behind;
    if (!isLast) apply(flag, values, key as string, flag.alone as string);
    else return apply(flag, values, key as string, text || next(rest, `'${short}' in ${word}`, behind !== ''));
  }
}

function next(rest: string[], name: string, isEmpty = false): string {
  if (isEmpty) return '';
  const text = rest.shift();
  if (text === undefined) throw new UsageError(`flag needs an argument: ${name}`);
  return text;
}

function apply(flag: Flag<unknown>, values: Record<string, unknown>, name: string, text: string): void {
  try {
    values[name] = flag.take(values[name], text);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || error.constructor !== Error) throw error;
    const names = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
    throw new UsageError(`invalid argument "${text}" for "${names}" flag: ${error.message}`);
  }
}

function unknownFlag(table: FlagTable, name: string): string {
  const names = Object.entries(table).flatMap(([key, { alias }]) => (alias === undefined ? [key] : [key, alias]));
  const meant = nearest(name, names);
  return `unknown flag: --${name}${meant === undefined ? '' : `. Did you mean --${meant}?`}`;
}
