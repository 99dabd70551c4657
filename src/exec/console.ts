// The terminal of a container, made inside it: its devpts is the container's own, so is the terminal's number.
//
// Everything here lies in the image's reach: /dev/pts/ptmx may be a link, /dev/console too. So the multiplexer is looked
// at before it is used, and its other end comes by descriptor, not by name (CVE-2025-52565).

import {
  AT_EMPTY_PATH,
  DEVPTS_SUPER_MAGIC,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_NOFOLLOW,
  O_PATH,
  O_RDWR,
  O_WRONLY,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  S_IFLNK,
} from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, dup3, fstat, fstatfs, open } from '../linux/files.ts';
import { move_mount, open_tree } from '../linux/mount.ts';
import { sendFd } from '../linux/pass-fd.ts';
import { openPeer, setControllingTerminal, setTerminalSize, type TerminalSize, unlockpt } from '../linux/terminal.ts';

interface Wishes {
  size: TerminalSize | undefined;
  isFirst: boolean;
}

/**
 * Makes a terminal and takes its one end as stdin, stdout, stderr and controlling terminal. Called inside the root, by
 * the leader of a session.
 * @param handOver is called with the other end, which belongs to the shim.
 * @param isFirst says that it is the container's own terminal, and so its /dev/console.
 */
export function openConsole(handOver: (master: number) => void, { size, isFirst }: Wishes): void {
  const master = openMultiplexer();
  unlockpt(master);
  const slave = openPeer(master);
  if (size) setTerminalSize(master, size);
  if (isFirst) bindConsole(slave);
  setControllingTerminal(slave);
  handOver(master);
  close(master);
  for (const fd of [0, 1, 2]) dup3(slave, fd);
  close(slave);
}

/** Sends the terminal's other end through a socket. */
export function sendMaster(socket: number): (master: number) => void {
  return (master) => sendFd(socket, master);
}

const PTMX_INODE = 2n; // fs/devpts/inode.c

function openMultiplexer(): number {
  const found = open('/dev/pts/ptmx', O_PATH | O_NOFOLLOW | O_CLOEXEC);
  try {
    const { ino, rdevMajor, rdevMinor } = fstat(found);
    const genuine =
      ino === PTMX_INODE && rdevMajor === 5 && rdevMinor === 2 && fstatfs(found).type === DEVPTS_SUPER_MAGIC;
    if (!genuine) throw new Error('/dev/pts/ptmx in the container is not the terminal multiplexer of its devpts');
    return open(`/proc/self/fd/${found}`, O_RDWR | O_NOCTTY | O_CLOEXEC);
  } finally {
    close(found);
  }
}

/** /dev/console becomes the terminal too. What the image has there is not opened: it may be a FIFO, or another terminal. */
function bindConsole(slave: number): void {
  makeConsole();
  const target = open('/dev/console', O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fstat(target).type === S_IFLNK) throw new Error('/dev/console in the container is a link: refusing to use it');
  const tree = open_tree(slave, '', OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  move_mount(tree, '', target, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  close(tree);
  close(target);
}

function makeConsole(): void {
  try {
    close(open('/dev/console', O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600));
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}
