// User namespaces without a container: one that nobody lives in, since the kernel takes one wherever it wants an id map (man
// 2 mount_setattr, MOUNT_ATTR_IDMAP); and which ids one has that somebody else has made. A child goes in, because a process
// with threads cannot, and is looked at from here.

import { CLONE_NEWUSER, O_CLOEXEC, PR_SET_PDEATHSIG, SIGKILL } from '../linux/constants.ts';
import { close, open, read, readText, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { setns, unshare } from '../linux/namespaces.ts';
import { _exit, prctl, waitpid } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';
import type { IdMapping, Linux } from '../oci.ts';
import { isOwn, openNamespace } from './flags.ts';
import { type IdMaps, writeIdMaps } from './idmap.ts';

/**
 * Makes one with these maps.
 * @returns a descriptor of it. @throws SyscallError EPERM or EINVAL for maps that the kernel does not take.
 */
export function makeUserNamespace({ uid, gid }: IdMaps): number {
  return withChild(
    () => unshare(CLONE_NEWUSER),
    (child) => {
      writeIdMaps(child, uid, gid);
      return open(`/proc/${child}/ns/user`, O_CLOEXEC);
    },
  );
}

/** The maps of the one at this path, as they are seen from here. */
export function mapsOf(path: string): IdMaps {
  const read = (pid: number | 'self') => ({
    uid: parseMap(readText(`/proc/${pid}/uid_map`)),
    gid: parseMap(readText(`/proc/${pid}/gid_map`)),
  });
  if (isOwn({ type: 'user', path })) return read('self');
  return withChild(() => setns(openNamespace('user', path), CLONE_NEWUSER), read);
}

/** Those of the user namespace that a container gets or joins; undefined when it has none. */
export function mapsOfContainer({ namespaces = [], uidMappings = [], gidMappings = [] }: Linux): IdMaps | undefined {
  const user = namespaces.find(({ type }) => type === 'user');
  if (user === undefined) return undefined;
  return user.path === undefined ? { uid: uidMappings, gid: gidMappings } : mapsOf(user.path);
}

/** A line for each mapping: id inside, id outside, how many. */
function parseMap(text: string): IdMapping[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [containerID = 0, hostID = 0, size = 0] = line.trim().split(/\s+/).map(Number);
    return { containerID, hostID, size };
  });
}

/** Forks a child that enters, looks at it, and lets it end. */
function withChild<Result>(enter: () => void, look: (child: number) => Result): Result {
  const [ours, theirs] = socketpair();
  const child = fork();
  if (child === 0) liveInside(theirs, ours, enter);
  close(theirs);
  try {
    if (read(ours, Buffer.alloc(1)) === 0) throw new Error('no process could enter the user namespace');
    return look(child);
  } finally {
    close(ours);
    waitpid(child);
  }
}

/** Says that it is there, and ends when the other side closes. */
function liveInside(socket: number, theirs: number, enter: () => void): never {
  try {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(theirs);
    enter();
    write(socket, Buffer.from('.'));
    read(socket, Buffer.alloc(1));
  } catch {
    _exit(1);
  }
  _exit(0);
}
