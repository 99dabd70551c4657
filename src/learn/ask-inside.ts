// Asks a question inside the namespaces of another process: a child of ours joins them, asks, and answers by a pipe.
//
//     askInside(pid, ['uts'], () => hostname())
//
// The question is asked in a forked child, so it has to be synchronous.

import { readFileSync } from 'node:fs';
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../linux/constants.ts';
import { close, open, pipe2, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { chroot, fchdir } from '../linux/mount.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { joinInside, NAMESPACE_FILES } from '../namespaces/flags.ts';
import type { NamespaceType } from '../oci.ts';

/**
 * A mount namespace is entered at its own root, which is what pivot_root changes and chroot does not.
 * @throws Error with the words of the one that the question threw.
 */
export function askInside(pid: number, types: readonly NamespaceType[], question: () => string): string {
  return askChild(() => {
    joinInside(types.map((type) => ({ type, path: `/proc/${pid}/ns/${NAMESPACE_FILES[type]}` })));
    return question();
  });
}

/** Asks in the mount namespace of the process, with the process's own root, as one of its children would. */
export function askInRoot(pid: number, question: () => string): string {
  const root = open(`/proc/${pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  try {
    return askInside(pid, ['mount'], () => {
      fchdir(root);
      chroot('.');
      return question();
    });
  } finally {
    close(root);
  }
}

function askChild(question: () => string): string {
  const [answers, end] = pipe2(O_CLOEXEC);
  const child = fork();
  if (child === 0) answer(end, question);
  close(end);
  const answered = JSON.parse(readFileSync(answers, 'utf8')) as { said?: string; failed?: string };
  close(answers);
  waitpid(child);
  if (answered.said === undefined) throw new Error(answered.failed);
  return answered.said;
}

function answer(fd: number, question: () => string): never {
  try {
    write(fd, Buffer.from(JSON.stringify({ said: question() })));
  } catch (error) {
    write(fd, Buffer.from(JSON.stringify({ failed: (error as Error).message })));
  }
  _exit(0);
}
