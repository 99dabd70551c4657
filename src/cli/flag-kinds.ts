// The kinds of flags that tables are written with: a switch, one value, a list, or one that comes in a later version.

import { type Flag, UsageError } from './flags.ts';

interface Names {
  short?: string;
  alias?: string;
  values?: readonly string[];
}

/** On or off: `--rm`, `--rm=false`. */
export function toggle(help: string, names: Names = {}): Flag<boolean> {
  return { ...names, help, alone: 'true', begin: false, take: (_, text) => parseBoolean(text) };
}

/** A switch that is on until it is switched off: `--sig-proxy=false`. */
export function switchOn(help: string, names: Names = {}): Flag<boolean> {
  return { ...toggle(help, names), begin: true };
}

/** One value; the last one counts. */
export function value<Value>(
  argument: string,
  help: string,
  parse: (text: string) => Value,
  names: Names = {},
): Flag<Value | undefined> {
  return { ...names, argument, help, begin: undefined, take: (_, text) => parse(text) };
}

/** One value, and what it is when the flag is not there. */
export function valueOr<Value>(
  argument: string,
  help: string,
  parse: (text: string) => Value,
  begin: Value,
  names: Names = {},
): Flag<Value> {
  return { ...names, argument, help, begin, take: (_, text) => parse(text) };
}

/** Every value that is given, in order. */
export function list<Value>(
  argument: string,
  help: string,
  parse: (text: string) => Value,
  names: Names = {},
): Flag<Value[]> {
  return { ...names, argument, help, begin: [], take: (before, text) => [...before, parse(text)] };
}

/** A flag of Docker's that Slipway does not have yet: it is refused with a sentence. */
export function later(sentence: string, names: Names = {}): Flag<undefined> {
  const take = () => {
    throw new UsageError(sentence);
  };
  return { ...names, help: sentence, alone: '', begin: undefined, take };
}

/** What Go's strconv.ParseBool understands, as Docker does. */
export function parseBoolean(text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new Error(`"${text}" is neither true nor false`);
}

/** Text as it is. */
export function asIs(text: string): string {
  return text;
}
