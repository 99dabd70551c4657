// The last steps before execve, which `run` and `exec` have in common: user, limits, folder, rights, and the program.

import { PR_SET_PDEATHSIG, SIGKILL } from '../linux/constants.ts';
import { getgid, getuid, setresgid, setresuid } from '../linux/credentials.ts';
import { SyscallError } from '../linux/errors.ts';
import { _exit, execve, prctl } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import { step, stepNow, traceFd } from '../linux/trace.ts';
import type { Spec, User } from '../oci.ts';
import { confine, type Filter, isSetgroupsDenied } from '../security/confine.ts';
import { setLabels } from '../security/labels.ts';
import { applyLimits } from '../security/limits.ts';
import { filterFlags } from '../security/seccomp-flags.ts';
import { asksAgent } from '../security/seccomp-notify.ts';
import type { Channel } from './channel.ts';
import { closeAllBut } from './descriptors.ts';
import { type Failure, toFailure } from './failure.ts';
import { execExitCode, findProgram } from './program.ts';
import { keepPreservedFds, type ProgramIo, preservedFds } from './program-io.ts';
import { applyScheduling } from './scheduling.ts';
import { isSealed } from './seal.ts';
import { jump, makeSpringboard } from './springboard.ts';
import { readGroup, readPasswd, resolveGroup, resolveUser } from './user.ts';
import type { Way } from './way.ts';
import { enterWorkingFolder, tryEnterWorkingFolder, verifyInsideRoot } from './working-folder.ts';

/** Annotations for what config.json has no word for: names that have to be looked up in the image. */
export const USER_ANNOTATION = 'dev.slipway.user';
export const GROUPS_ANNOTATION = 'dev.slipway.groups';

/** Runs the steps of a child; an error is told to the shim, and the process ends. Never returns. */
export function reportingFailure(channel: Channel, steps: () => void): never {
  try {
    steps();
  } catch (error) {
    tell(channel, toFailure(error, stepNow()));
  }
  _exit(1);
}

/** As reportingFailure(), for steps in the midst of others. */
function attemptFor(channel: Channel, steps: () => void): void {
  try {
    steps();
  } catch (error) {
    tell(channel, toFailure(error, stepNow()));
    _exit(1);
  }
}

/** No error may leave this process: above us on the stack is the shim's own code, of which we are a copy. */
function tell(channel: Channel, failure: Failure): void {
  try {
    channel.send({ failed: failure });
  } catch {
    _exit(1);
  }
}

/** In a user namespace our old id may not exist, and what such a process makes belongs to nobody: it becomes root there. */
export function becomeRootInside(): void {
  if (getgid() !== 0) setresgid(0, 0, 0);
  if (getuid() !== 0) setresuid(0, 0, 0);
}

/** What comes when all is ready for execve, and where errors are told from then on. */
export interface LastStep {
  work: () => void;
  channel: Channel;
}

/** Becomes the program that the spec names. Called inside the root, with stdio in place and nothing else open. */
export function executeProgram(spec: Spec, channel: Channel, io: ProgramIo, last?: LastStep): void {
  const { process } = spec;
  step('user');
  const { user, home } = whoToBe(spec, channel);
  const env = withHome(process.env ?? [], home);
  const filter = receiveFilter(spec, channel);

  step('limits');
  for (const sentence of applyLimits(process.rlimits ?? [])) channel.send({ notice: sentence });

  step('labels');
  setLabels(process);

  step('scheduling');
  applyScheduling(spec);

  step('confine');
  const isInFolder = tryEnterWorkingFolder(process.cwd);
  const listener = last?.channel ?? channel;
  const springboard = isSealed() ? undefined : makeSpringboard(listener.fd);
  // A filter that asks an agent is loaded while our parent is still there, who hands the agent its descriptor.
  const asks = spec.linux?.seccomp !== undefined && asksAgent(spec.linux.seccomp);
  let path = '';
  confine({ ...process, user }, filter, (lost) => {
    tellLosses(lost, channel);
    dieWithParent(channel); // a change of ids has cleared it
    if (!isInFolder) enterWorkingFolder(process.cwd);
    path = findProgram(process.args[0] ?? '', env);
    verifyInsideRoot(process.cwd);
    channel.send({ ready: path });
    if (!asks) attemptFor(listener, () => last?.work());
  });
  if (asks) attemptFor(listener, () => last?.work());

  step('execve');
  resetSignals();
  keepPreservedFds(io);
  try {
    if (springboard) jump(springboard, path, process.args, env);
    else execve(path, process.args, env);
  } catch (error) {
    const exitCode = error instanceof SyscallError ? execExitCode(error.code) : 125;
    tell(listener, { ...toFailure(error, 'execve'), exitCode });
  }
}

/** To ask for a capability that cannot be had is no failure, says the specification. */
function tellLosses(lost: readonly string[], channel: Channel): void {
  if (lost.length === 0) return;
  channel.send({ notice: `${lost.join(', ')} cannot be had here and is left out: see \`man 7 capabilities\`` });
}

/** The shim has compiled it meanwhile. */
function receiveFilter({ linux }: Spec, channel: Channel): Filter | undefined {
  if (!linux?.seccomp) return undefined;
  const announce = (listener: number) => {
    channel.send({ listener });
    if (channel.receive() === undefined) throw new Error('the shim went away');
  };
  return { program: channel.receiveBytes(), flags: filterFlags(linux.seccomp), announce };
}

/** The user as numbers. A name, or a number whose groups matter, is looked up in the image's own files. */
function whoToBe({ process, annotations = {} }: Spec, channel: Channel): { user: User; home: string } {
  const passwd = readPasswd();
  const wanted = annotations[USER_ANNOTATION];
  const extra = (annotations[GROUPS_ANNOTATION] ?? '').split(',').filter(Boolean);
  if (wanted === undefined && extra.length === 0) {
    return { user: process.user, home: passwd.find(({ uid }) => uid === process.user.uid)?.home ?? '/' };
  }
  if (extra.length > 0 && isSetgroupsDenied()) {
    channel.send({
      notice: `groups ${extra.join(', ')} are left out: a user with one id alone cannot have more groups`,
    });
  }
  const groups = readGroup();
  const { user, home } = resolveUser(wanted ?? String(process.user.uid), passwd, groups);
  const added = extra.map((group) => resolveGroup(group, groups));
  return { user: { ...process.user, ...user, additionalGids: [...(user.additionalGids ?? []), ...added] }, home };
}

function withHome(env: readonly string[], home: string): string[] {
  return env.some((entry) => entry.startsWith('HOME=')) ? [...env] : [...env, `HOME=${home}`];
}

/**
 * Asks the kernel to kill this process as soon as its parent is gone. The parent may be gone already: then nobody is at
 * the channel's other end. @throws Error in that case.
 */
export function dieWithParent(channel: Channel): void {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (channel.isDeserted()) throw new Error('the process that started this one is gone');
}

/** Closes what the host has given us but what is for the program, our ways to speak, and what Node itself needs. */
export function keepOnly(
  channel: Channel,
  harmless: readonly number[],
  { io, execFifo }: Pick<Way, 'io' | 'execFifo'>,
): void {
  const maybe = [traceFd(), execFifo].filter((fd) => fd !== undefined);
  closeAllBut([...harmless, channel.fd, ...maybe, ...preservedFds(io)]);
}
