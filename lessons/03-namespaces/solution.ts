// exercise.ts ROOTFS COMMAND…   runs a command in namespaces of its own

import { writeSync } from 'node:fs';
import { makeRootSlave } from 'slipway/chroot/root.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  O_CLOEXEC,
} from 'slipway/linux/constants.ts';
import { close, pipe2, read } from 'slipway/linux/files.ts';
import { clone3, fork } from 'slipway/linux/fork.ts';
import { chdir, chroot, mount } from 'slipway/linux/mount.ts';
import { sethostname } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { writeIdMaps } from 'slipway/namespaces/idmap.ts';
import { raiseLoopback } from 'slipway/namespaces/loopback.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/bin:/usr/bin:/bin'];
const [uid = 0, gid = 0] = [process.geteuid?.(), process.getegid?.()];

const ofOurs = CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS;
const flags = uid === 0 ? ofOurs : ofOurs | CLONE_NEWUSER; // who is not root becomes root in there, and may do the rest

/** In the parent, while the child waits: who the child's root is out here. */
function outside(pid: number): void {
  const own = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  if (flags & CLONE_NEWUSER) writeIdMaps(pid, own(uid), own(gid));
}

/** In the child, in its namespaces. */
function inside(): void {
  sethostname('box');
  raiseLoopback();
  mount('proc', '/proc', 'proc', 0);
}

// libc's fork takes the locks of malloc, clone3 takes none: it is for a process with one thread, as a child of Node is.
const middle = fork();
if (middle === 0) startCommand();
_exit(exitCode(waitpid(middle).status));

/** The process in the middle: makes the child, in its namespaces, and waits for its end. */
function startCommand(): never {
  const [wait, go] = pipe2(O_CLOEXEC);
  const { pid } = clone3({ flags });
  if (pid === 0) {
    close(go);
    read(wait, Buffer.alloc(1)); // until the parent closes its end
    becomeCommand();
  }
  outside(pid);
  close(go);
  _exit(exitCode(waitpid(pid).status));
}

/** The child. It sees the folder ROOTFS as /, as in lesson 02. */
function becomeCommand(): void {
  if (flags & CLONE_NEWNS) makeRootSlave(); // what we mount must not reach the machine: lesson 04 says how it would
  chroot(rootfs);
  chdir('/');
  inside();
  keepStdio();
  execve(pathOf(name), [name, ...words], env);
}

/** Looks through PATH. A command that is nowhere gives 127, as in a shell. */
function pathOf(command: string): string {
  try {
    return findProgram(command, env);
  } catch (error) {
    writeSync(2, `${(error as Error).message}\n`);
    _exit(127);
  }
}
