// exercise.ts ROOTFS COMMAND…   runs a command on a root of its own, with no way back to the old one

import { writeSync } from 'node:fs';
import { keepStdio } from 'slipway/exec/stdio.ts';
import {
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  MNT_DETACH,
  MS_BIND,
  MS_PRIVATE,
  MS_REC,
  O_CLOEXEC,
} from 'slipway/linux/constants.ts';
import { close, pipe2, read } from 'slipway/linux/files.ts';
import { clone3, fork } from 'slipway/linux/fork.ts';
import { chdir, mount, pivot_root, umount2 } from 'slipway/linux/mount.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { writeIdMaps } from 'slipway/namespaces/idmap.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/bin:/usr/bin:/bin'];
const [uid = 0, gid = 0] = [process.geteuid?.(), process.getegid?.()];
const flags = CLONE_NEWNS | CLONE_NEWPID | (uid === 0 ? 0 : CLONE_NEWUSER);

const middle = fork();
if (middle === 0) startCommand();
_exit(exitCode(waitpid(middle).status));

/** The child, in a mount namespace of its own: a copy of the machine's, so far. */
function becomeCommand(): void {
  // TODO: let no mount of ours reach the machine; make `rootfs` a mount; give it a /proc; make it the root, and let go of
  // the old one.
  keepStdio();
  execve(pathOf(name), [name, ...words], env);
}

/** As in lesson 03: makes the child, and waits for its end. */
function startCommand(): never {
  const [wait, go] = pipe2(O_CLOEXEC);
  const { pid } = clone3({ flags });
  if (pid === 0) {
    close(go);
    read(wait, Buffer.alloc(1)); // until the parent closes its end
    becomeCommand();
  }
  const own = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
  if (flags & CLONE_NEWUSER) writeIdMaps(pid, own(uid), own(gid));
  close(go);
  _exit(exitCode(waitpid(pid).status));
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
