// Finds the program that execve is to start, as a shell would: by the PATH of the container's own environment.
// It is done before the shim hears that all is well, so that a missing program is an error of the start.

import { AT_FDCWD, S_IFDIR } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { fstatat } from '../linux/files.ts';
import { RunError } from './failure.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The path to give to execve for `name`. Called inside the root, in the program's folder and as its user.
 * @throws RunError with exit code 127 when there is none, 126 when it cannot be executed.
 */
export function findProgram(name: string, env: readonly string[]): string {
  const candidates =
    name === '' ? [] : name.includes('/') ? [name] : searchPath(env).map((folder) => `${folder || '.'}/${name}`);
  let refused: RunError | undefined;
  for (const path of candidates) {
    const answer = examine(path);
    if (answer === undefined) return path;
    if (answer.exitCode === 126) refused ??= answer;
  }
  if (refused) throw refused;
  throw new RunError(
    name.includes('/')
      ? `exec: "${name}": no such file or directory in the container`
      : `exec: "${name}": executable file not found in the container's $PATH`,
    127,
  );
}

function searchPath(env: readonly string[]): string[] {
  const path = env.find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? DEFAULT_PATH).split(':');
}

/** Why this file cannot be the program, or undefined when it can. */
function examine(path: string): RunError | undefined {
  try {
    const { type, mode } = fstatat(AT_FDCWD, path);
    if (type === S_IFDIR) return new RunError(`exec: "${path}": permission denied: it is a directory`, 126);
    if ((mode & 0o111) === 0) return new RunError(`exec: "${path}": permission denied: it is not executable`, 126);
    return undefined;
  } catch (error) {
    if (isErrno(error, 'EACCES')) return new RunError(`exec: "${path}": permission denied`, 126);
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return new RunError(`exec: "${path}": no such file or directory`, 127);
    throw error;
  }
}

/** The exit code for an execve that failed although the file is there. */
export function execExitCode(code: string): number {
  return code === 'ENOENT' || code === 'ENOTDIR' ? 127 : 126;
}
