// -e and --env-file: the program's environment, with Docker's rules. --label-file has the same form.

import { readUserFile } from '../../engine/user-file.ts';

/**
 * `NAME=value` as it is; a NAME alone takes the value of our own environment, or where that has none, takes the image's
 * variable away.
 * @throws Error when there is no name.
 */
export function parseEnv(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  const name = text.split('=', 1)[0] as string;
  if (name === '' || text.includes('\0'))
    throw new Error(`invalid environment variable: ${text}. Write it as NAME=value`);
  if (text.includes('=')) return text;
  const own = environment[name];
  return own === undefined ? name : `${name}=${own}`;
}

/**
 * The lines of a file. Spaces before a name do not count, those of a value do; a line that begins with # is a comment;
 * quotes mean nothing. A name without a value that our own environment does not have is left out.
 * @throws Error naming the file and the line.
 */
export function readEnvFile(path: string, environment: NodeJS.ProcessEnv = process.env): string[] {
  return readLines(path).flatMap((line) => parseLine(path, line, environment));
}

function readLines(path: string): string[] {
  const lines = decode(path)
    .replace(/^\uFEFF/, '')
    .split('\n');
  return lines
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The labels of a file, in the same form; nothing is taken from our environment. */
export function readLabelFile(path: string): [string, string][] {
  return readLines(path).map((line) => {
    const name = nameIn(path, line);
    return [name, line.includes('=') ? line.slice(name.length + 1) : ''];
  });
}

function decode(path: string): string {
  const bytes = readUserFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`the file ${path} contains invalid utf8 bytes`);
  }
}

function nameIn(path: string, line: string): string {
  const name = line.split('=', 1)[0] as string;
  if (name === '') throw new Error(`invalid file (${path}): no variable name on line '${line}'`);
  if (/\s/.test(name)) throw new Error(`invalid file (${path}): variable '${name}' contains whitespaces`);
  return name;
}

function parseLine(path: string, line: string, environment: NodeJS.ProcessEnv): string[] {
  const name = nameIn(path, line);
  if (line.includes('=')) return [line];
  return environment[name] === undefined ? [] : [`${name}=${environment[name]}`];
}
