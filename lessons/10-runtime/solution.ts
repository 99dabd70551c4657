// my-runtime.ts create --bundle DIR [--pid-file FILE] ID   makes the container of DIR/config.json; its program waits
// my-runtime.ts start ID                                   lets the program begin
// my-runtime.ts state ID                                   prints what the container is doing
// my-runtime.ts kill ID [SIGNAL]                           sends its first process a signal
// my-runtime.ts delete [--force] ID                        takes away what is left of it
//
// It does without some of what Slipway's own has: id maps, terminals, hooks, seccomp.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Cgroup, createCgroup, openCgroup } from 'slipway/cgroups/cgroup.ts';
import { mountCgroups } from 'slipway/cgroups/mount.ts';
import { linkDevices, makeDevices } from 'slipway/chroot/devices.ts';
import { makeReadonly, makeRootReadonly, maskPaths } from 'slipway/chroot/mask.ts';
import { bindRoot, makeRootSlave, pivot } from 'slipway/chroot/root.ts';
import { asIs, toggle, valueOr } from 'slipway/cli/flag-kinds.ts';
import { parseFlags } from 'slipway/cli/flags.ts';
import { parseSignal } from 'slipway/engine/signal.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { O_CLOEXEC, POLLIN, SIGKILL } from 'slipway/linux/constants.ts';
import { close, pipe2, read, write } from 'slipway/linux/files.ts';
import { clone3, fork } from 'slipway/linux/fork.ts';
import { chdir } from 'slipway/linux/mount.ts';
import { isInUserNamespace, sethostname } from 'slipway/linux/namespaces.ts';
import { poll } from 'slipway/linux/poll.ts';
import { _exit, execve, exitCode, kill, pidfd_open, setsid, waitpid } from 'slipway/linux/process.ts';
import { cloneFlags, hasNew, joinInside, joinOutside, unshareInside } from 'slipway/namespaces/flags.ts';
import { raiseLoopback } from 'slipway/namespaces/loopback.ts';
import type { Spec } from 'slipway/oci.ts';
import { loadBundleFolder } from 'slipway/oci-cli/bundle-folder.ts';
import { awaitWord, isAwaited, makeExecFifo, sendWord } from 'slipway/runtime/exec-fifo.ts';
import { findProgram } from 'slipway/runtime/program.ts';
import { identityOf, isAlive } from 'slipway/runtime/state.ts';
import { Undo } from 'slipway/runtime/undo.ts';
import { confine } from 'slipway/security/confine.ts';
import { mountEntry } from 'slipway/volumes/entry.ts';

const FLAGS = {
  bundle: valueOr('DIR', 'the folder with config.json', asIs, '.'),
  'pid-file': valueOr('FILE', 'where to write the number of the first process', asIs, ''),
  force: toggle('also one that has not stopped'),
};
const [command = '', ...given] = process.argv.slice(2);
const { values, rest } = parseFlags(FLAGS, given);
const [id = '', signal = 'TERM'] = rest;

// What is known of a container. /run is in memory: when the machine starts anew, all of it is gone.
const ALL = '/run/my-runtime';
const folder = join(ALL, id);
const fifo = join(folder, 'exec.fifo');

interface Known {
  bundle: string;
  cgroupPath: string;
  pid: number;
  pidStartedAt: string;
  bootId: string;
}

const commands: Record<string, () => void> = { create, start, state, kill: sendSignal, delete: remove };
(commands[command] ?? unknown)();

function unknown(): never {
  throw new Error(`there is no command "${command}"`);
}

function create(): void {
  const middle = fork(); // clone3 wants a process with one thread
  if (middle === 0) _exit(makeContainer(resolve(values.bundle)));
  _exit(exitCode(waitpid(middle).status));
}

/** Makes the container, up to where its program would begin. @returns our exit code. */
function makeContainer(bundle: string): number {
  const undo = new Undo();
  let isChild = false;
  try {
    const spec = loadBundleFolder(bundle);
    const { namespaces = [], resources = {}, cgroupsPath = `/my-runtime/${id}` } = spec.linux ?? {};
    mkdirSync(ALL, { recursive: true });
    mkdirSync(folder); // EEXIST: there is such a container
    undo.later(() => rmSync(folder, { recursive: true }));
    const wait = makeExecFifo(fifo);
    const cgroup = createCgroup(cgroupsPath, resources);
    undo.later(() => cgroup.remove());
    const [ready, tell] = pipe2(O_CLOEXEC);
    joinOutside(namespaces);
    const { pid } = clone3({ flags: cloneFlags(namespaces), cgroupFd: cgroup.openV2() });
    isChild = pid === 0;
    if (isChild) {
      prepare(spec, cgroup);
      const path = findProgram(spec.process.args[0] ?? '', spec.process.env ?? []);
      becomeUser(spec);
      write(tell, Buffer.from('1'));
      awaitWord(wait);
      keepStdio();
      execve(path, spec.process.args, spec.process.env ?? []);
    }
    close(tell);
    const isReady = read(ready, Buffer.alloc(1)) === 1; // else it has failed, and the pipe is closed
    if (!isReady) throw new Error('the container could not be made');
    save({ bundle, cgroupPath: cgroup.path, ...identityOf(pid) });
    if (values['pid-file']) writeFileSync(values['pid-file'], String(pid));
    return 0;
  } catch (error) {
    if (!isChild) undo.run();
    throw error;
  }
}

/** In the child: the container from inside, as in lesson 09, but what it is to be like says the config.json. */
function prepare({ hostname, linux = {}, mounts = [], root }: Spec, cgroup: Cgroup): void {
  const namespaces = linux.namespaces ?? [];
  setsid();
  joinInside(namespaces);
  makeRootSlave();
  const rootFd = bindRoot(root.path);
  if (hostname) sethostname(hostname);
  if (hasNew(namespaces, 'network')) raiseLoopback();
  cgroup.joinSelf();
  unshareInside(namespaces);
  for (const mount of mounts) {
    if (mount.type === 'cgroup') mountCgroups(rootFd, mount, cgroup.parts, hasNew(namespaces, 'cgroup'));
    else mountEntry(rootFd, mount);
  }
  makeDevices(rootFd, linux.devices ?? [], { bind: isInUserNamespace() });
  linkDevices(rootFd);
  pivot(rootFd);
  if (root.readonly) makeRootReadonly();
  makeReadonly(linux.readonlyPaths ?? []);
  maskPaths(linux.maskedPaths ?? []);
}

function becomeUser({ process }: Spec): void {
  confine(process, undefined, () => chdir(process.cwd));
}

function start(): void {
  const answer = sendWord(fifo);
  if (!answer?.begun) throw new Error(`container ${id} does not wait for a start`);
}

function state(): void {
  const { bundle, pid } = load();
  const status = statusOf();
  const shown = { ociVersion: '1.2.0', id, status, pid: status === 'stopped' ? 0 : pid, bundle };
  console.log(JSON.stringify(shown, null, 2));
}

/** What it is doing now. A file may be old; the kernel is not. */
function statusOf(): 'created' | 'running' | 'stopped' {
  if (!isAlive({ ...load(), status: 'running' })) return 'stopped';
  return isAwaited(fifo) ? 'created' : 'running';
}

function sendSignal(): void {
  if (statusOf() === 'stopped') throw new Error(`container ${id} has stopped`);
  kill(load().pid, parseSignal(signal));
}

function remove(): void {
  const { pid, cgroupPath } = load();
  const status = statusOf();
  if (status !== 'stopped' && !values.force) throw new Error(`container ${id} is ${status}: kill it first`);
  if (status !== 'stopped') end(pid);
  openCgroup(cgroupPath).remove();
  rmSync(folder, { recursive: true });
}

function end(pid: number): void {
  const fd = pidfd_open(pid);
  kill(pid, SIGKILL);
  poll([{ fd, events: POLLIN }]); // it can be read from as soon as the process is gone
}

function load(): Known {
  return JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
}

function save(known: Known): void {
  writeFileSync(join(folder, 'state.json'), JSON.stringify(known));
}
