// exercise.ts ROOTFS SOURCE TARGET MODE COMMAND…   runs a command in ROOTFS, with the folder SOURCE seen at TARGET
//
// TARGET is a path in ROOTFS, where there is a folder already. MODE is rw, or ro: then nothing may be written there.

import { join } from 'node:path';
import { makeRootSlave } from 'slipway/chroot/root.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { AT_FDCWD, AT_RECURSIVE, CLONE_NEWNS, MOUNT_ATTR_RDONLY, MS_BIND, MS_REC } from 'slipway/linux/constants.ts';
import { fork } from 'slipway/linux/fork.ts';
import { chdir, chroot, mount, mount_setattr } from 'slipway/linux/mount.ts';
import { unshare } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', source = '', target = '', mode = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

const pid = fork();
if (pid === 0) {
  unshare(CLONE_NEWNS);
  makeRootSlave();
  // TODO: bind `source`, with all that is mounted below it, on `target` in the new root; and when `mode`
  // is ro, make it and everything below it read-only.
  chroot(rootfs);
  chdir('/');
  keepStdio();
  execve(findProgram(name, env), [name, ...words], env);
}
_exit(exitCode(waitpid(pid).status));
