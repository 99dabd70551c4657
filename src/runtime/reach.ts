// Which paths of the host the root of a container can reach that has a user namespace. It is an ordinary user outside, and
// engines keep what they bind, a hosts file or a volume, below folders that are root's alone.

import { AT_FDCWD, O_CLOEXEC, O_PATH } from '../linux/constants.ts';
import { capset, setgroups, setresgid, setresuid } from '../linux/credentials.ts';
import { close, openat, readAll, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';

/** Those of the paths that cannot be opened as this user. A child tries them, without any capability. */
export function outOfReach(paths: readonly string[], { uid, gid }: { uid: number; gid: number }): string[] {
  const [ours, theirs] = socketpair();
  const child = fork();
  if (child === 0)
    tell(theirs, () => {
      setgroups([]);
      setresgid(gid, gid, gid);
      setresuid(uid, uid, uid);
      capset({ effective: 0n, permitted: 0n, inheritable: 0n });
      return paths.filter((path) => !canOpen(path));
    });
  close(theirs);
  const answer = readAll(ours);
  close(ours);
  waitpid(child);
  return answer === '' ? [...paths] : JSON.parse(answer);
}

function tell(socket: number, look: () => string[]): never {
  try {
    write(socket, Buffer.from(JSON.stringify(look())));
    _exit(0);
  } catch {
    _exit(1);
  }
}

function canOpen(path: string): boolean {
  try {
    close(openat(AT_FDCWD, path, O_PATH | O_CLOEXEC));
    return true;
  } catch {
    return false;
  }
}
