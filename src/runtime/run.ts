// The heart of Slipway: a container is made here, from top to bottom.
//
// It is a forked process with one thread that runs this: the shim, which stays the container's parent, or the one of
// `slipway-oci create`, which goes away (way.ts). What the other side does, between clone3 and execve, is told in init.ts.
// Each step is one call into the folder of a mechanism, and has its release beside it: a start that fails at any step leaves
// nothing behind.

import { type Cgroup, prepareCgroup } from '../cgroups/cgroup.ts';
import { O_CLOEXEC, SIGKILL } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { SyscallError } from '../linux/errors.ts';
import { close, open } from '../linux/files.ts';
import { clone3 } from '../linux/fork.ts';
import { isFdNext, receiveFd } from '../linux/pass-fd.ts';
import { pidfd_send_signal, waitpid } from '../linux/process.ts';
import { setRole, step } from '../linux/trace.ts';
import { cloneFlags, hasNew, joinOutside } from '../namespaces/flags.ts';
import { writeIdMaps } from '../namespaces/idmap.ts';
import { moveDevices } from '../network/move.ts';
import type { Spec } from '../oci.ts';
import { compile } from '../security/seccomp.ts';
import { handToAgent } from './agent.ts';
import type { Runnable } from './bundle.ts';
import { cgroupOwner } from './cgroup-owner.ts';
import { type Channel, makeChannel } from './channel.ts';
import { type Failure, StartError, toFailure } from './failure.ts';
import { hookState, runHooks } from './hooks.ts';
import { becomeProgram } from './init.ts';
import { execExitCode } from './program.ts';
import { releaseProgramIo } from './program-io.ts';
import { closeSources, openSources } from './sources.ts';
import { identityOf, type State } from './state.ts';
import { Undo } from './undo.ts';
import type { Way } from './way.ts';

/** A container that runs: its first process, and what the shim holds of it. */
export interface Running {
  pid: number;
  pidfd: number;
  cgroup: Cgroup;
  /** The other end of the program's terminal, if it has one. */
  terminal: number | undefined;
  /** Its mount namespace, held open. */
  mounts: number | undefined;
  /** What was recorded of it. */
  state: State;
}

/**
 * Starts the container, up to its program, or to where it waits for the word to start that.
 * @throws SyscallError of a step here, StartError of a step in the container; nothing is left of it then.
 */
export function startContainer(bundle: Runnable, way: Way): Running {
  const { spec } = bundle;
  const { notice, records } = way;
  const namespaces = spec.linux?.namespaces ?? [];
  const undo = new Undo();
  let channel: Channel | undefined;
  try {
    step('cgroup');
    if (spec.linux?.cgroupsPath !== undefined) records.saveBundle(); // only this tells `clean` where that is
    const cgroup = prepareCgroup(spec.linux?.cgroupsPath ?? `/slipway/${bundle.id}`);
    undo.later(() => cgroup.remove());
    if (spec.linux?.cgroupsPath !== undefined && cgroup.parts.length === 0) {
      notice(`cgroup ${spec.linux.cgroupsPath} is left out: it needs root, or a cgroup that is delegated to you`);
    }
    const limit = () => {
      cgroup.complete(spec.linux?.resources ?? {}).forEach(notice);
      if (cgroup.parts.length > 0) records.ownsCgroup?.(cgroup.path);
    };
    // In a user namespace that we join ourselves we have no right to limit anything any more.
    const limitsFirst = namespaces.some(({ type, path }) => type === 'user' && path !== undefined);
    if (limitsFirst) limit();

    step('join');
    const sources = openSources(spec);
    joinOutside(namespaces);

    step('clone');
    const [ours, theirs] = makeChannel();
    channel = ours;
    undo.later(() => ours.close());
    const cgroupFd = cgroup.openV2();
    const { pid, pidfd } = clone3({ flags: cloneFlags(namespaces), cgroupFd });
    if (pid === 0) {
      setRole('init');
      ours.close();
      becomeProgram(bundle, cgroup, way, sources, theirs);
    }
    undo.later(() => endInit(pid, pidfd));
    theirs.close();
    closeSources(sources);
    if (cgroupFd !== undefined) close(cgroupFd);
    releaseProgramIo(way.io);

    step('id maps');
    if (hasNew(namespaces, 'user')) writeIdMaps(pid, spec.linux?.uidMappings ?? [], spec.linux?.gidMappings ?? []);

    step('network');
    const { path = `/proc/${pid}/ns/net` } = namespaces.find(({ type }) => type === 'network') ?? {};
    moveDevices(path, spec.linux?.netDevices ?? {});

    step('go');
    ours.send({ go: 'mount' });

    // Init mounts meanwhile, so what follows costs no time.
    step('limits');
    if (!limitsFirst) limit();
    if (namespaces.some(({ type }) => type === 'user')) cgroup.add(pid); // its own root may not write there
    const owner = cgroupOwner(spec);
    if (owner !== undefined) cgroup.delegate(owner);
    ours.send({ go: 'join' });

    step('filter');
    sendFilter(ours, spec);
    records.saveBundle();
    const terminal = awaitExecve(ours, notice, {
      mounted: () => runRuntimeHooks(bundle, way, pid),
      listener: (fd) => handToAgent(pidfd, fd, spec, hookState(bundle, way, { status: 'creating', pid })),
      hadNoMemory: () => cgroup.oomKills() > 0,
    });

    step('record');
    const startedAt = new Date().toISOString();
    const status = way.execFifo === undefined ? 'running' : 'created';
    const state: State = { status, ...identityOf(pid), cgroupPath: cgroup.path, startedAt };
    records.saveState(state);
    const mounts = way.execFifo === undefined ? holdMounts(pid) : letGo(ours);
    if (status === 'running') runHooks('poststart', spec, hookState(bundle, way, { status, pid }));
    ours.close();
    return { pid, pidfd, cgroup, terminal, mounts, state };
  } catch (error) {
    const cause = causeOf(error, channel);
    undo.run();
    throw cause;
  }
}

/** When the other side has failed, ours fails because of that: what it has said is the reason. */
export function causeOf(error: unknown, channel: Channel | undefined): unknown {
  if (error instanceof StartError) return error;
  try {
    const failure = channel?.lastWords();
    return failure === undefined ? error : new StartError(failure);
  } catch {
    return error;
  }
}

/** All is mounted, and init has not yet changed its root. */
function runRuntimeHooks(bundle: Runnable, way: Way, pid: number): void {
  const state = hookState(bundle, way, { status: 'creating', pid });
  runHooks('prestart', bundle.spec, state);
  runHooks('createRuntime', bundle.spec, state);
}

/**
 * The last process that holds a mount namespace takes its mounts apart when it ends, for which the kernel may need 10 ms.
 * If the shim holds it too, that is after the user has heard of the program's end.
 * @returns a descriptor.
 */
function holdMounts(pid: number): number | undefined {
  try {
    return open(`/proc/${pid}/ns/mnt`, O_CLOEXEC);
  } catch (error) {
    // It has ended already, or has become another user, whom an ordinary one may not look at.
    if (!isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) throw error;
    return undefined;
  }
}

/** Compiles the seccomp filter. */
export function sendFilter(channel: Channel, { linux }: Spec): void {
  if (!linux?.seccomp) return;
  channel.sendBytes(compile(linux.seccomp));
}

/** What init asks for on its way. */
interface Requests {
  /** What shall happen before its root changes. */
  mounted?: () => void;
  /** That the descriptor of its seccomp filter gets to the agent. */
  listener: (fd: number) => void;
  /** Whether it was killed for want of memory. */
  hadNoMemory?: () => boolean;
}

const KILLED = 'the first process of the container was killed before its program began';
const NO_MEMORY = ', since linux.resources.memory.limit leaves it no room';

/**
 * Listens to init until its execve closes the channel, or until it waits.
 * @returns the terminal's other end, if it made one for us.
 */
export function awaitExecve(
  channel: Channel,
  notice: (sentence: string) => void,
  { mounted, listener, hadNoMemory }: Requests,
): number | undefined {
  let terminal: number | undefined;
  let path: string | undefined;
  for (;;) {
    const message = channel.receive();
    if (message === undefined && path !== undefined) return terminal;
    if (message === undefined) throw new Error(`${KILLED}${hadNoMemory?.() ? NO_MEMORY : ''}`);
    if ('waits' in message) return terminal;
    if ('mounted' in message) {
      mounted?.();
      channel.send({ go: 'pivot' });
    }
    if ('ready' in message) path = message.ready;
    if ('errno' in message) throw new StartError(execFailure(path ?? '', message.errno));
    if ('notice' in message) notice(message.notice);
    if ('listener' in message) {
      listener(message.listener);
      channel.send({ go: 'agent' });
    }
    if ('failed' in message) throw new StartError(message.failed);
    if ('console' in message && isFdNext(channel.fd)) terminal = receiveFd(channel.fd); // else it fails just there
  }
}

/** From here on init lives without us. It closes the channel when it has heard that. */
function letGo(channel: Channel): undefined {
  channel.send({ go: 'alone' });
  if (channel.receive() !== undefined) throw new Error('the first process of the container did not go its own way');
}

/** An execve that failed without words of its own. */
export function execFailure(path: string, errno: number): Failure {
  const error = new SyscallError('execve', `"${path}", …`, errno, path);
  return { ...toFailure(error, 'execve'), exitCode: execExitCode(error.code) };
}

function endInit(pid: number, pidfd: number): void {
  try {
    pidfd_send_signal(pidfd, SIGKILL);
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error;
  }
  waitpid(pid);
  close(pidfd);
}
