// Asks a question inside the namespaces of another process: a child of ours joins them and asks. The question has to be
// synchronous.
//
//     askInside(pid, ['uts'], () => hostname())

import { O_CLOEXEC, O_DIRECTORY, O_PATH } from '../linux/constants.ts';
import { close, open } from '../linux/files.ts';
import { chroot, fchdir } from '../linux/mount.ts';
import { joinInside, NAMESPACE_FILES } from '../namespaces/flags.ts';
import type { NamespaceType } from '../oci.ts';
import { inChild } from './in-child.ts';

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
  const { said } = inChild(() => answerTo(question));
  if (said === undefined) throw new Error('the process that was to ask has ended');
  if ('failed' in said) throw new Error(said.failed);
  return said.answer;
}

function answerTo(question: () => string): { answer: string } | { failed: string } {
  try {
    return { answer: question() };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}
