// Runs a function as an ordinary user who has become root of a user namespace, with mounts and a tmpfs of its own.

import { mkdirSync, writeFileSync } from 'node:fs';
import {
  CLONE_NEWNS,
  CLONE_NEWUSER,
  MS_PRIVATE,
  MS_REC,
  O_CLOEXEC,
  PR_SET_DUMPABLE,
} from '../../../src/linux/constants.ts';
import { setgroups, setresgid, setresuid } from '../../../src/linux/credentials.ts';
import { close, pipe2, readAll, write } from '../../../src/linux/files.ts';
import { fork } from '../../../src/linux/fork.ts';
import { mount } from '../../../src/linux/mount.ts';
import { unshare } from '../../../src/linux/namespaces.ts';
import { _exit, prctl, waitpid } from '../../../src/linux/process.ts';

const NOBODY = 65534;

/**
 * @param run gets an empty folder; it must be synchronous.
 * @returns what `run` returned, as far as JSON can hold it. @throws what it threw.
 */
export function asUser<T>(scratch: string, run: (folder: string) => T): T {
  const [reader, writer] = pipe2(O_CLOEXEC);
  const child = fork();
  if (child === 0) {
    write(writer, Buffer.from(JSON.stringify(outcome(() => run(enterUserNamespace(scratch))))));
    _exit(0);
  }
  close(writer);
  const text = readAll(reader);
  close(reader);
  waitpid(child);
  const { value, error } = JSON.parse(text);
  if (error !== undefined) throw new Error(error);
  return value;
}

function outcome<T>(run: () => T): { value: T } | { error: string } {
  try {
    return { value: run() };
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

function enterUserNamespace(scratch: string): string {
  setgroups([]);
  setresgid(NOBODY, NOBODY, NOBODY);
  setresuid(NOBODY, NOBODY, NOBODY);
  prctl(PR_SET_DUMPABLE, 1); // a process that changed its user may not write to its own /proc files
  unshare(CLONE_NEWUSER | CLONE_NEWNS);
  writeFileSync('/proc/self/setgroups', 'deny');
  writeFileSync('/proc/self/uid_map', `0 ${NOBODY} 1`);
  writeFileSync('/proc/self/gid_map', `0 ${NOBODY} 1`);
  mount(null, '/', null, MS_REC | MS_PRIVATE);
  mount('tmpfs', scratch, 'tmpfs', 0);
  mkdirSync(`${scratch}/own`);
  return `${scratch}/own`;
}
