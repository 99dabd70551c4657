// A mount out of another container's mount namespace: how two containers share a /dev/shm.
//
// Such a mount cannot be reached by a path: /proc/PID/root/dev/shm shows it, but the kernel copies mounts of our own
// namespace only. So a child enters the other namespace, copies the mount there, and hands the copy, which is in no
// namespace any more, back through a socket.

import { AT_FDCWD, CLONE_NEWNS, O_CLOEXEC, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE } from '../linux/constants.ts';
import { close, open } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { open_tree } from '../linux/mount.ts';
import { setns } from '../linux/namespaces.ts';
import { receiveFd, sendFd } from '../linux/pass-fd.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';

/** `/proc/PID/root/dev/shm` as the process and the path it knows the mount by; undefined for any other path. */
export function parseForeign(source: string): { pid: number; path: string } | undefined {
  const [, pid, path] = /^\/proc\/(\d+)\/root(\/.+)$/.exec(source) ?? [];
  return pid === undefined || path === undefined ? undefined : { pid: Number(pid), path };
}

/** A copy of the mount that process `pid` sees at `path`. @throws Error when it cannot be had. */
export function copyForeignMount({ pid, path }: { pid: number; path: string }): number {
  const namespace = open(`/proc/${pid}/ns/mnt`, O_CLOEXEC);
  const [ours, theirs] = socketpair();
  const child = fork();
  if (child === 0) sendCopy(namespace, path, theirs);
  close(namespace);
  close(theirs);
  const isSent = waitpid(child).status.exited === 0;
  const tree = isSent ? receiveFd(ours) : undefined;
  close(ours);
  if (tree === undefined) throw new Error(`${path} of process ${pid} cannot be shared: it is no mount there`);
  return tree;
}

function sendCopy(namespace: number, path: string, socket: number): never {
  try {
    setns(namespace, CLONE_NEWNS);
    sendFd(socket, open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
    _exit(0);
  } catch {
    _exit(1);
  }
}
