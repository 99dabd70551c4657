// A container's files as its processes see them, for work from outside: of one that runs through its own mounts, of another
// by an overlay and volumes that are mounted for the work alone.
//
// The work is done in a child. It does not enter the container: it has the host's root, and a descriptor of the
// container's, in which every path is resolved (in-root.ts). So nothing that lies in the container is ever loaded or
// executed. What the child mounts is in a mount namespace of its own, and gone with it. An ordinary user's child lives in
// the container's user namespace, or one like it, as only there it may read and write files of the container's users.

import { joinNamespaces, openNamespaces } from '../exec/join.ts';
import {
  AT_EMPTY_PATH,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  MOUNT_ATTR_RDONLY,
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  PR_SET_PDEATHSIG,
  SIGKILL,
} from '../linux/constants.ts';
import { setresgid, setresuid } from '../linux/credentials.ts';
import { close, open, readAll, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { openRoot } from '../linux/in-root.ts';
import { mount_setattr } from '../linux/mount.ts';
import { setns, unshare } from '../linux/namespaces.ts';
import { _exit, prctl, waitpid } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';
import type { IdMaps } from '../namespaces/idmap.ts';
import { makeUserNamespace, mapsOfContainer } from '../namespaces/user-namespace.ts';
import type { Mount, Spec } from '../oci.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { StartError, toFailure } from '../runtime/failure.ts';
import { findContainer } from '../runtime/names.ts';
import { isRoot } from '../runtime/places.ts';
import { makeRoot } from '../runtime/root.ts';
import { openSources } from '../runtime/sources.ts';
import { loadState, type State } from '../runtime/state.ts';
import { mountEntry } from '../volumes/entry.ts';
import { fillVolume } from '../volumes/fill.ts';
import { parseOptions } from '../volumes/options.ts';
import { bundleOf } from './bundle-of.ts';
import { claimStopped } from './start.ts';

/** What the work has at hand. All descriptors are O_PATH. */
export interface Files {
  /** The container's /. */
  rootFd: number;
  /** The host's /. */
  hostFd: number;
  /** How the container's ids are stored on the disk, when they are others: as this process has to write them. */
  ids: IdMaps | undefined;
}

/**
 * Does the work in a child that can reach the container's files. It has to be synchronous.
 * @returns what the work returns, which has to be plain data. @throws StartError with its error.
 */
export function withFilesOf<Result>(reference: string, work: (files: Files) => Result): Result {
  const id = findContainer(reference);
  const bundle = bundleOf(id, reference);
  const claimed = claimFiles(id, reference);
  if ('pid' in claimed) return inChild(() => work(openRunning(claimed, bundle)));
  try {
    return withUserNamespace(bundle, (userns) => inChild(() => work(mountStopped(bundle, userns))));
  } finally {
    close(claimed.lock);
  }
}

type Claimed = { pid: number; startedAt: string } | { lock: number };

/** The first process of a container that runs; or the lock of one that does not, so that it cannot start meanwhile. */
function claimFiles(id: string, reference: string): Claimed {
  for (;;) {
    const state = loadState(id);
    if (state.status === 'running') return firstProcess(state, reference);
    const claimed = claimStopped(id, reference);
    if (claimed !== 'running') return { lock: claimed.lock };
    if (state.status === 'restarting')
      throw new Error(`container ${reference} is restarting: wait until it is running`);
  }
}

function firstProcess({ pid, pidStartedAt }: State, reference: string): { pid: number; startedAt: string } {
  if (pid === undefined || pidStartedAt === undefined)
    throw new Error(`the files of container ${reference} are damaged`);
  return { pid, startedAt: pidStartedAt };
}

/** /proc/PID/root is the container's / together with all its mounts. */
function openRunning(target: { pid: number; startedAt: string }, { spec }: Bundle): Files {
  const hostFd = openRoot('/');
  const ids = idsOf(spec);
  const namespaces = openNamespaces(target, isRoot ? [] : ['user']);
  joinNamespaces(namespaces);
  const rootFd = open(`/proc/${target.pid}/root`, O_PATH | O_DIRECTORY | O_CLOEXEC);
  openNamespaces(target, []); // it is still the same process
  return { rootFd, hostFd, ids };
}

/** In its user namespace an ordinary user sees the ids as the container does. */
function idsOf({ linux = {} }: Spec): IdMaps | undefined {
  return isRoot ? mapsOfContainer(linux) : undefined;
}

/** An ordinary user's container that does not run has no user namespace: one with the same ids is made. */
function withUserNamespace<Result>(
  { spec: { linux = {} } }: Bundle,
  work: (userns: number | undefined) => Result,
): Result {
  const maps = isRoot ? undefined : mapsOfContainer(linux);
  if (maps === undefined) return work(undefined);
  const userns = makeUserNamespace(maps);
  try {
    return work(userns);
  } finally {
    close(userns);
  }
}

/** The layers and what is bound over them, as at a start. */
function mountStopped(bundle: Bundle, userns: number | undefined): Files {
  const { spec } = bundle;
  const hostFd = openRoot('/');
  const ids = idsOf(spec);
  if (userns !== undefined) enter(userns);
  const mounts = (spec.mounts ?? []).filter(isBind).map(withoutPropagation);
  const sources = openSources({ ...spec, mounts });
  unshare(CLONE_NEWNS);
  const hasUserNamespace = spec.linux?.namespaces?.some(({ type }) => type === 'user') ?? false;
  const rootFd = makeRoot(bundle, hasUserNamespace);
  for (const { destination, volumeFolder } of bundle.copyUps) fillVolume(rootFd, destination, volumeFolder);
  for (const mount of mounts) mountEntry(rootFd, mount, sources.get(mount));
  if (spec.root.readonly) mount_setattr(rootFd, '', AT_EMPTY_PATH, { set: MOUNT_ATTR_RDONLY });
  return { rootFd, hostFd, ids };
}

function enter(userns: number): void {
  setns(userns, CLONE_NEWUSER);
  setresgid(0, 0, 0);
  setresuid(0, 0, 0);
}

function isBind({ type, source = '', options = [] }: Mount): boolean {
  const { bind, remount } = parseOptions(options);
  return (bind || type === 'bind') && !remount && !source.startsWith('/proc/');
}

/** What is mounted here is for nobody else to see. */
function withoutPropagation(mount: Mount): Mount {
  return { ...mount, options: (mount.options ?? []).filter((word) => !/^r?(shared|slave|unbindable)$/.test(word)) };
}

type Answer<Result> = { result: Result } | { failed: ReturnType<typeof toFailure> };

function inChild<Result>(work: () => Result): Result {
  const [ours, theirs] = socketpair();
  const child = fork();
  if (child === 0) tell(theirs, ours, work);
  close(theirs);
  const text = readAll(ours);
  close(ours);
  waitpid(child);
  if (text === '') throw new Error('the process that worked on the files of the container was killed');
  const answer = JSON.parse(text) as Answer<Result>;
  if ('failed' in answer) throw new StartError(answer.failed);
  return answer.result;
}

function tell(socket: number, theirs: number, work: () => unknown): never {
  try {
    close(theirs);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    write(socket, Buffer.from(JSON.stringify(attempt(work))));
  } finally {
    _exit(0);
  }
}

function attempt(work: () => unknown): Answer<unknown> {
  try {
    return { result: work() ?? null };
  } catch (error) {
    return { failed: { ...toFailure(error), exitCode: 1 } };
  }
}
