// `exec`: a second program in a container that runs.

import { close } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { socketpair } from '../linux/sockets.ts';
import { NAMESPACE_TYPES } from '../namespaces/flags.ts';
import type { NamespaceType, Process, Spec } from '../oci.ts';
import { USER_ANNOTATION } from '../runtime/become.ts';
import { loadBundle } from '../runtime/bundle.ts';
import type { Parting } from '../runtime/client.ts';
import { tellEvent } from '../runtime/events.ts';
import { type ExecPlan, superviseExec } from '../runtime/exec.ts';
import type { Streams } from '../runtime/frames.ts';
import { lastResort } from '../runtime/last-resort.ts';
import { findContainer, newId } from '../runtime/names.ts';
import { containerFolder, isRoot } from '../runtime/places.ts';
import { ensureSealed } from '../runtime/seal.ts';
import { loadState } from '../runtime/state.ts';
import { CAPABILITIES } from '../security/capabilities.ts';
import { attachTo } from './attach.ts';
import type { ExecOptions } from './options.ts';
import { isPaused } from './paused.ts';
import { ALL_STREAMS, leave, NO_STREAMS } from './run.ts';
import { makeCapabilities, mergeEnv, workingDir } from './spec/process.ts';
import { checkUser } from './spec/user.ts';

/**
 * Runs a program in a container, with our own standard input and output, until it has ended or its user leaves it.
 * @throws Error when the container is not there or does not run, StartError when a step failed.
 */
export function exec(options: ExecOptions, notice: (sentence: string) => void): Promise<Parting> {
  const { interactive, detachKeys } = options;
  return attachTo(forkSupervisor(options, ALL_STREAMS), { interactive, passSignals: true, detachKeys, notice });
}

/** Starts a program in a container, and leaves it there. What it writes is for nobody. */
export function execDetached(options: ExecOptions, notice: (sentence: string) => void): void {
  leave(forkSupervisor(options, NO_STREAMS), notice);
}

/** @returns our end of a socket to it. */
function forkSupervisor(options: ExecOptions, wants: Streams): number {
  ensureSealed();
  const plan = planExec(options);
  const tell = teller(plan.containerId);
  const command = options.command.join(' ');
  tell(`exec_create: ${command}`);
  const wishes = {
    interactive: options.interactive,
    wants,
    started: () => tell(`exec_start: ${command}`),
    left: () => tell('exec_detach'),
    ended: (exitCode: number) => tell('exec_die', { exitCode: String(exitCode) }),
  };
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      close(ours);
      superviseExec(plan, wishes, theirs);
    });
  }
  close(theirs);
  return ours;
}

/** Tells what becomes of one more program of a container; an id of its own holds these events together. */
function teller(containerId: string): (action: string, facts?: Record<string, string>) => void {
  const bundle = loadBundle(containerId);
  const execID = newId();
  return (action, facts = {}) => {
    if (bundle) tellEvent(bundle, action, { execID, ...facts });
  };
}

function planExec(options: ExecOptions): ExecPlan {
  const id = findContainer(options.container);
  const [bundle, state] = [loadBundle(id), loadState(id)];
  const { status, pid, pidStartedAt, cgroupPath = `/slipway/${id}` } = state;
  if (!bundle || status !== 'running' || pid === undefined || pidStartedAt === undefined) {
    throw new Error(`container ${options.container} is not running`);
  }
  if (isPaused(state)) {
    throw new Error(`Container ${options.container} is paused, unpause the container before exec`);
  }
  const types = namespacesToJoin(options);
  return {
    containerId: id,
    bundleFolder: containerFolder(id),
    target: { pid, startedAt: pidStartedAt },
    cgroupPath,
    spec: specFor(bundle.spec, options, types.includes('mount')),
    types,
  };
}

/** An ordinary user may join the others only from within the user namespace that owns them. */
function namespacesToJoin({ namespaces }: ExecOptions): NamespaceType[] {
  if (namespaces === undefined) return NAMESPACE_TYPES;
  return isRoot || namespaces.includes('user') ? namespaces : ['user', ...namespaces];
}

/** The container's specification with another process in it. */
function specFor(spec: Spec, options: ExecOptions, inContainerRoot: boolean): Spec {
  const { annotations = {}, linux = {}, ...rest } = spec;
  const { seccomp, ...unfiltered } = linux;
  const wanted = options.user ? { [USER_ANNOTATION]: checkUser(options.user) } : {};
  return {
    ...rest,
    annotations: { ...annotations, ...wanted },
    linux: options.privileged || !seccomp ? unfiltered : linux,
    process: processFor(spec.process, options, inContainerRoot),
  };
}

/** Without the container's mount namespace its folders are not there: then the program begins in /. */
function processFor(process: Process, options: ExecOptions, inContainerRoot: boolean): Process {
  const { consoleSize: _, capabilities, ...rest } = process;
  const all = makeCapabilities({ privileged: true, capAdd: [], capDrop: [] }, { capabilities: CAPABILITIES });
  const sets = options.privileged ? all : capabilities;
  const env = options.tty ? ['TERM=xterm', ...(process.env ?? [])] : (process.env ?? []);
  return {
    ...rest,
    ...(sets ? { capabilities: sets } : {}),
    terminal: options.tty,
    ...(options.consoleSize ? { consoleSize: options.consoleSize } : {}),
    args: options.command,
    env: mergeEnv(env, options.env),
    cwd: options.workingDir ? workingDir(options.workingDir) : inContainerRoot ? process.cwd : '/',
  };
}
