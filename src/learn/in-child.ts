// Does something in a forked child, whose end takes back what it changed: its namespaces, its root, its user. It answers by
// a pipe, and what it does has to be synchronous.
//
//     const { said } = inChild(() => ({ name: readHostname() }));

import { readFileSync } from 'node:fs';
import { O_CLOEXEC } from '../linux/constants.ts';
import { close, pipe2, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit, exitCode, waitpid } from '../linux/process.ts';

/**
 * @param work must not throw; its result goes through JSON.
 * @returns the result, or undefined when the child became another program or was killed; and how it ended.
 */
export function inChild<Said>(work: () => Said): { said: Said | undefined; code: number } {
  const [answers, end] = pipe2(O_CLOEXEC);
  const child = fork();
  if (child === 0) answer(end, work);
  close(end);
  const text = readFileSync(answers, 'utf8');
  close(answers);
  const code = exitCode(waitpid(child).status);
  return { said: text === '' ? undefined : JSON.parse(text), code };
}

function answer(fd: number, work: () => unknown): never {
  try {
    write(fd, Buffer.from(JSON.stringify(work())));
  } catch {
    _exit(1);
  }
  _exit(0);
}
