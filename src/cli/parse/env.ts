// -e and --env-file: the program's environment, with Docker's rules.

import { readFileSync } from 'node:fs';

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
  const lines = decode(path)
    .replace(/^\uFEFF/, '')
    .split('\n');
  return lines
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => parseLine(path, line, environment));
}

function decode(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`the file cannot be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`env file ${path} contains invalid utf8 bytes`);
  }
}

function parseLine(path: string, line: string, environment: NodeJS.ProcessEnv): string[] {
  const name = line.split('=', 1)[0] as string;
  if (name === '') throw new Error(`invalid env file (${path}): no variable name on line '${line}'`);
  if (/\s/.test(name)) throw new Error(`invalid env file (${path}): variable '${name}' contains whitespaces`);
  if (line.includes('=')) return [line];
  return environment[name] === undefined ? [] : [`${name}=${environment[name]}`];
}
