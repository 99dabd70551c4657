// Enters the namespaces of a running process: what `exec`, and nsenter, are made of (man 2 setns).
//
// All of them are opened first, while the host's /proc can be seen, and the process is looked at again afterwards: had it
// ended, its number might be somebody else's by now. A user namespace is joined first by who needs its rights, and last
// by root, who would lose rights by it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { O_CLOEXEC } from '../linux/constants.ts';
import { setresgid, setresuid } from '../linux/credentials.ts';
import { close, open } from '../linux/files.ts';
import { setns } from '../linux/namespaces.ts';
import { statField } from '../linux/proc-stat.ts';
import { pidfd_open } from '../linux/process.ts';
import { NAMESPACE_FILES, NAMESPACE_FLAGS } from '../namespaces/flags.ts';
import type { NamespaceType } from '../oci.ts';

/** A process, known by its number and by when it began (field 22 of /proc/PID/stat). */
export interface JoinTarget {
  pid: number;
  startedAt: string;
}

/** A namespace that is open. */
export interface OpenNamespace {
  type: NamespaceType;
  fd: number;
}

/** The order of joining, but for `user`. The mount namespace is last: it changes what every path means. */
const ORDER: readonly NamespaceType[] = ['cgroup', 'ipc', 'uts', 'network', 'time', 'pid', 'mount'];

/** A pidfd of the process. Whether it is the one that is meant, openNamespaces() finds out. @throws Error when it has ended. */
export function openTarget({ pid }: JoinTarget): number {
  return unlessEnded(() => pidfd_open(pid));
}

/** Opens those of the wanted namespaces that the target does not share with us. @throws Error when it has ended. */
export function openNamespaces({ pid, startedAt }: JoinTarget, types: readonly NamespaceType[]): OpenNamespace[] {
  const ordered: NamespaceType[] = process.geteuid?.() === 0 ? [...ORDER, 'user'] : ['user', ...ORDER];
  return unlessEnded(() => {
    const known = readdirSync('/proc/self/ns'); // a kernel may be built without some kinds
    const opened = ordered
      .filter((type) => types.includes(type) && known.includes(NAMESPACE_FILES[type]))
      .filter((type) => differs(pid, NAMESPACE_FILES[type]))
      .map((type) => ({ type, fd: open(`/proc/${pid}/ns/${NAMESPACE_FILES[type]}`, O_CLOEXEC) }));
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (statField(stat, 22) !== startedAt) throw new Error(ENDED);
    return opened;
  });
}

function differs(pid: number, file: string): boolean {
  return readlinkSync(`/proc/${pid}/ns/${file}`) !== readlinkSync(`/proc/self/ns/${file}`);
}

const ENDED = 'the container has just ended';

function unlessEnded<Result>(look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw ['ENOENT', 'ESRCH'].includes(code) ? new Error(ENDED, { cause: error }) : error;
  }
}

/** Joins them. In a user namespace we become its root, since our old id may not exist there. */
export function joinNamespaces(namespaces: readonly OpenNamespace[]): void {
  for (const { type, fd } of namespaces) {
    setns(fd, NAMESPACE_FLAGS[type]);
    close(fd);
    if (type === 'user') {
      setresgid(0, 0, 0);
      setresuid(0, 0, 0);
    }
  }
}
