// A second program in a running container. Three processes are at work, beside the command line:
//
//     supervisor   forked from the command line: carries input and output, waits for the program
//     joiner       forked from it: enters the container's cgroup and namespaces
//     program      forked from that: the first that is in the PID namespace, which takes in only children
//
// The joiner ends when it has forked, and the supervisor, as the subreaper of its descendants, becomes the parent. When
// the container ends, the supervisor ends the program and what that has left: not every container has a PID namespace or
// a cgroup of its own to do so.

import { openCgroupBelow } from '../cgroups/cgroup.ts';
import { keepFoldersOpen } from '../cgroups/folders.ts';
import { type JoinTarget, joinNamespaces, openNamespaces, openTarget } from '../exec/join.ts';
import { makeStdio } from '../exec/stdio.ts';
import { PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, SIGCHLD } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close } from '../linux/files.ts';
import { clone3, fork } from '../linux/fork.ts';
import { _exit, pidfd_open, prctl, setsid, waitpid } from '../linux/process.ts';
import { blockSignals } from '../linux/signals.ts';
import { eraseStartBlock } from '../linux/start-block.ts';
import { setRole, step } from '../linux/trace.ts';
import type { NamespaceType, Process, Spec } from '../oci.ts';
import { joinNewKeyring } from '../security/keyring.ts';
import { handToAgent } from './agent.ts';
import { dieWithParent, executeProgram, keepOnly, reportingFailure } from './become.ts';
import { type Channel, makeChannel } from './channel.ts';
import { deafCure } from './deaf.ts';
import { harmlessDescriptors } from './descriptors.ts';
import { StartError } from './failure.ts';
import { encodeJson, type Streams } from './frames.ts';
import { hookState } from './hooks.ts';
import { outlastOrphans } from './orphans.ts';
import { type ProgramIo, releaseProgramIo, shimIo, takeProgramIo } from './program-io.ts';
import { relay } from './relay.ts';
import { awaitExecve, causeOf, sendFilter } from './run.ts';
import { setAffinity } from './scheduling.ts';
import { describeEnd, orReportFailure, pass, settleAsShim } from './settle.ts';

/** What to run in which container. */
export interface ExecPlan {
  containerId: string;
  /** The folder of its config.json. */
  bundleFolder: string;
  /** The container's first process. */
  target: JoinTarget;
  /** Of one that has a cgroup. */
  cgroupPath: string | undefined;
  /** Which cgroups below that, see cgroups/below.ts. */
  cgroupsBelow?: readonly string[];
  /** The container's spec, with the process that is to run. */
  spec: Spec & { process: Process };
  /** Which of the container's namespaces to join. */
  types: readonly NamespaceType[];
}

/** Who stays with the program: us, until it ends, or nobody of ours. */
type Care = 'supervised' | 'detached';

/** What a supervised program gets. */
export interface SupervisedIo {
  /** Whether its standard input is open. */
  interactive: boolean;
  /** Which of its streams go to the command line; without it, all. */
  wants?: Streams;
  preservedFds?: number;
  /** Is told the program's pid. */
  started?: (pid: number) => void;
  /** Is told that its user has left it to itself. */
  left?: () => void;
  /** Is told the program's exit code. */
  ended?: (exitCode: number) => void;
}

/** Carries out the plan; called in a forked child. Never returns. */
export function superviseExec(plan: ExecPlan, wishes: SupervisedIo, clientFd: number): never {
  const { interactive, wants, preservedFds = 0 } = wishes;
  const { signalFd, clients, client, timers, notice, tell } = settleAsShim(clientFd, wants, preservedFds);
  const containerFd = orReportFailure(tell, () => {
    const containerFd = openTarget(plan.target); // while the joiner has yet to see that it is the one we mean
    const stdio = plan.spec.process.terminal ? undefined : makeStdio({ interactive });
    const { pid, pidfd, terminal } = startInside(plan, { ...shimIo(stdio), preservedFds }, 'supervised', notice);
    wishes.started?.(pid);
    client.send(encodeJson('started', { pid, id: plan.containerId, terminal: terminal !== undefined }));
    blockSignals([SIGCHLD]); // to be read from signalFd
    const ends = stdio ? stdio.shim : { master: terminal as number };
    const onSignal = (signal: number) => pass(signal, pid, pidfd);
    const cure = deafCure(plan.containerId.slice(0, 12));
    const program = { pid, pidfd, stdio: ends, stdinOnce: true, id: plan.containerId, cure };
    const visited = () => wishes.left?.();
    const { status } = relay({ ...program, clients, timers, signalFd, onSignal, containerFd, visited });
    const end = describeEnd(status);
    wishes.ended?.(end.exitCode);
    client.send(encodeJson('exited', end));
    return containerFd;
  });
  clients.flush();
  outlastOrphans(containerFd, signalFd);
  _exit(0);
}

/**
 * Starts the program and leaves it to whoever called us, or to the next subreaper. Called in a forked child, which is to end
 * then. @returns the program's pid.
 */
export function startDetached(plan: ExecPlan, io: ProgramIo, notice: (sentence: string) => void): number {
  prctl(PR_SET_CHILD_SUBREAPER, 1); // until it is let go, the program is to die with us
  return startInside(plan, io, 'detached', notice).pid;
}

function startInside(plan: ExecPlan, io: ProgramIo, care: Care, notice: (sentence: string) => void) {
  step('join');
  const [ours, theirs] = makeChannel();
  const joiner = fork();
  if (joiner === 0) {
    ours.close();
    join(plan, io, care, theirs);
  }
  theirs.close();
  releaseProgramIo(io);
  try {
    const pid = awaitPid(joiner, ours);
    const pidfd = pidfd_open(pid);
    ours.send({ go: 'join' });
    sendFilter(ours, plan.spec);
    const { spec, containerId: id, bundleFolder } = plan;
    const state = hookState({ id, spec }, { bundleFolder }, { status: 'running', pid });
    const terminal = awaitExecve(ours, notice, { listener: (fd) => handToAgent(pidfd, fd, spec, state) });
    ours.close();
    return { pid, pidfd, terminal };
  } catch (error) {
    throw causeOf(error, ours);
  }
}

/**
 * Waits for the joiner's end first: it may be killed when it has forked, and the channel has no end then, which the new
 * process has open too.
 */
function awaitPid(joiner: number, channel: Channel): number {
  const { status } = waitpid(joiner);
  const message = status.exited === 0 ? channel.receive() : undefined;
  if (message && 'pid' in message) return message.pid;
  if (message && 'failed' in message) throw new StartError(message.failed);
  throw new Error('the process that was to join the container was killed'); // or has said why it failed: causeOf()
}

/** The joiner: opens the cgroup while the host's paths are still there, enters the namespaces, then forks. */
function join(plan: ExecPlan, io: ProgramIo, care: Care, channel: Channel): never {
  setRole('join');
  return reportingFailure(channel, () => {
    const harmless = harmlessDescriptors();
    const namespaces = openNamespaces(plan.target, plan.types);
    keepFoldersOpen(); // as long as the joiner lives
    const cgroup = openCgroupBelow(plan.cgroupPath, plan.cgroupsBelow ?? []);
    const [joinV1, joinV2, cgroupFd] = [cgroup.joinLater(1), cgroup.joinLater(2), cgroup.openV2()];
    prctl(PR_SET_DUMPABLE, 0); // before anyone inside could look at us
    eraseStartBlock();
    setAffinity(plan.spec.process.execCPUAffinity?.initial);
    // Not yet the cgroup namespace: from inside, nobody may put a process of outside into the cgroup (nsdelegate).
    const isCgroup = ({ type }: { type: NamespaceType }) => type === 'cgroup';
    joinNamespaces(namespaces.filter((namespace) => !isCgroup(namespace)));
    const { pid, pidfd, isInside } = cloneInto(cgroupFd);
    if (pid === 0) {
      becomeExecuted(plan, io, care, channel, harmless, () => {
        joinV1();
        if (!isInside) joinV2();
        joinNamespaces(namespaces.filter(isCgroup));
      });
    }
    close(pidfd);
    channel.send({ pid });
    _exit(0);
  });
}

/** Where the cgroup has as many processes as it may, the child has to join it by itself: that is not forbidden. */
function cloneInto(cgroupFd: number | undefined): { pid: number; pidfd: number; isInside: boolean } {
  try {
    return { ...clone3({ flags: 0, cgroupFd }), isInside: true };
  } catch (error) {
    if (cgroupFd === undefined || !isErrno(error, 'EAGAIN')) throw error;
    return { ...clone3({ flags: 0 }), isInside: false };
  }
}

/** The program's process, inside the container. */
function becomeExecuted(
  plan: ExecPlan,
  io: ProgramIo,
  care: Care,
  channel: Channel,
  harmless: number[],
  joinCgroup: () => void,
): never {
  setRole('exec');
  return reportingFailure(channel, () => {
    step('begin');
    joinCgroup();
    setAffinity(plan.spec.process.execCPUAffinity?.final);
    // The word comes when the joiner is gone, so that it is the supervisor's end which ends us, not the joiner's.
    if (channel.receive() === undefined) throw new Error('the supervisor went away');
    dieWithParent(channel);
    setsid();
    joinNewKeyring(`_ses.${plan.containerId}`);
    takeProgramIo(io, plan.spec, channel, false);
    keepOnly(channel, harmless, { io });
    const letGo = () => void prctl(PR_SET_PDEATHSIG, 0);
    executeProgram(plan.spec, channel, io, care === 'detached' ? { channel, work: letGo } : undefined);
  });
}
