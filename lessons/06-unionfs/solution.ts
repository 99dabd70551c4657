// exercise.ts ROOTFS UPPER WORK MERGED COMMAND…   runs a command in ROOTFS, and keeps what it changes in UPPER
//
// UPPER and WORK are empty folders on one file system that is no overlay itself; MERGED is an empty folder anywhere.

import { makeRootSlave } from 'slipway/chroot/root.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { CLONE_NEWNS } from 'slipway/linux/constants.ts';
import { fork } from 'slipway/linux/fork.ts';
import { chdir, chroot, mount } from 'slipway/linux/mount.ts';
import { isInUserNamespace, unshare } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', upper = '', work = '', merged = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

const pid = fork();
if (pid === 0) {
  unshare(CLONE_NEWNS); // the mount is for this process and its children, and ends with the last of them
  makeRootSlave();
  const options = [`lowerdir=${rootfs}`, `upperdir=${upper}`, `workdir=${work}`];
  if (isInUserNamespace()) options.push('userxattr');
  mount('overlay', merged, 'overlay', 0, options.join(','));
  chroot(merged);
  chdir('/');
  keepStdio();
  execve(findProgram(name, env), [name, ...words], env);
}
_exit(exitCode(waitpid(pid).status));
