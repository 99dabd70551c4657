// my-run.ts run [-v SOURCE:TARGET[:ro]] [--memory SIZE] [--pids-limit N] [--cpus N] ROOTFS COMMAND…   runs a container

import { mkdirSync, mkdtempSync, writeSync } from 'node:fs';
import { createCgroup } from 'slipway/cgroups/cgroup.ts';
import { linkDevices, makeDevices } from 'slipway/chroot/devices.ts';
import { makeRootSlave, pivot } from 'slipway/chroot/root.ts';
import { asIs, list, value } from 'slipway/cli/flag-kinds.ts';
import { parseFlags } from 'slipway/cli/flags.ts';
import { parseSize } from 'slipway/cli/parse/size.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import * as flag from 'slipway/linux/constants.ts';
import { close, pipe2, read, unlinkat } from 'slipway/linux/files.ts';
import { clone3, fork } from 'slipway/linux/fork.ts';
import { openRoot } from 'slipway/linux/in-root.ts';
import { mount } from 'slipway/linux/mount.ts';
import { isInUserNamespace, sethostname, unshare } from 'slipway/linux/namespaces.ts';
import { _exit, execve, exitCode, waitpid } from 'slipway/linux/process.ts';
import { writeIdMaps } from 'slipway/namespaces/idmap.ts';
import { raiseLoopback } from 'slipway/namespaces/loopback.ts';
import type { Resources } from 'slipway/oci.ts';
import { RunError } from 'slipway/runtime/failure.ts';
import { findProgram } from 'slipway/runtime/program.ts';
import { Undo } from 'slipway/runtime/undo.ts';
import { mountOverlay } from 'slipway/unionfs/overlay.ts';
import { mountEntry } from 'slipway/volumes/entry.ts';

const FLAGS = {
  volume: list('SOURCE:TARGET', 'show a folder of the machine inside', asIs, { short: 'v' }),
  memory: value('SIZE', 'limit its memory', parseSize),
  'pids-limit': value('N', 'limit the number of its processes', Number),
  cpus: value('N', 'limit its processor time, where 1 is one processor', Number),
};
const [, ...given] = process.argv.slice(2); // without the word `run`
const { values, rest } = parseFlags(FLAGS, given);
const [rootfs = '', name = '', ...words] = rest;
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
const [uid = 0, gid = 0] = [process.geteuid?.(), process.getegid?.()];

// What the container has of its own. Who is not root becomes root in a user namespace, and may do the rest.
// TODO: (lesson 03) a mount namespace is here; there are four more that clone3 is to make.
const own = flag.CLONE_NEWNS;
const flags = own | (uid === 0 ? 0 : flag.CLONE_NEWUSER);

// What it may use. What nobody asked for is not limited.
// TODO: (lesson 05) memory.limit, pids.limit, cpu.quota and cpu.period, from `values`.
const resources: Resources = {};

const middle = fork(); // clone3 wants a process with one thread
if (middle === 0) _exit(runContainer());
_exit(exitCode(waitpid(middle).status));

/** Makes the container, waits for its end, and takes away what it needed. @returns its exit code. */
function runContainer(): number {
  const undo = new Undo();
  let isChild = false;
  try {
    const folder = mkdtempSync('/tmp/my-run-'); // for the mounts, which only the container sees
    undo.later(() => unlinkat(flag.AT_FDCWD, folder, flag.AT_REMOVEDIR));
    const cgroup = createCgroup(`/my-run-${process.pid}`, resources);
    undo.later(() => cgroup.remove());
    const [wait, go] = pipe2(flag.O_CLOEXEC);
    const { pid } = clone3({ flags, cgroupFd: cgroup.openV2() });
    isChild = pid === 0;
    if (isChild) {
      close(go);
      read(wait, Buffer.alloc(1)); // until the parent closes its end
      becomeCommand(folder);
    }
    const onlyUs = (hostID: number) => [{ containerID: 0, hostID, size: 1 }];
    if (flags & flag.CLONE_NEWUSER) writeIdMaps(pid, onlyUs(uid), onlyUs(gid));
    // TODO: (lesson 05) put the child into the cgroup, while it waits.
    close(go);
    return exitCode(waitpid(pid).status);
  } finally {
    if (!isChild) undo.run(); // a child that fails comes by here too, and sits in the very cgroup
  }
}

/** The child, in its namespaces. */
function becomeCommand(folder: string): void {
  makeRootSlave(); // nothing that we mount reaches the machine
  const root = layRoot(folder);
  // TODO: (03) a host name of its own, and lo.
  // TODO: (03, 04) what the root needs: /proc, and a /dev with its devices.
  // TODO: (07) the volumes.
  // TODO: (03) a cgroup namespace. It begins at the cgroup that we are in.
  // TODO: (04) make `root` the root, with no way back.
  keepStdio();
  execve(findOrEnd(name), [name, ...words], env);
}

/** ROOTFS, with what the command changes kept apart from it, in memory. */
function layRoot(folder: string): number {
  mount('tmpfs', folder, 'tmpfs', 0, 'mode=755');
  const [upperdir, workdir, target] = [`${folder}/upper`, `${folder}/work`, `${folder}/root`];
  for (const each of [upperdir, workdir, target]) mkdirSync(each);
  // TODO: (lesson 06) mount an overlay of ROOTFS on `target`, not ROOTFS itself.
  return openRoot(target);
}

function mountVolume(root: number, volume: string): void {
  const [source = '', destination = '', mode = 'rw'] = volume.split(':');
  mountEntry(root, { destination, type: 'bind', source, options: ['rbind', mode] });
}

/** The path of the program; 127 where there is none, and 126 where it is none. */
function findOrEnd(name: string): string {
  try {
    return findProgram(name, env);
  } catch (error) {
    writeSync(2, `${(error as Error).message}\n`);
    _exit(error instanceof RunError ? error.exitCode : 125);
  }
}
