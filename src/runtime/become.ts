// The last steps before execve, which `run` and `exec` have in common: limits, folder, rights, and the program.

import { CLOSE_RANGE_CLOEXEC } from '../linux/constants.ts';
import { close_range, dup3 } from '../linux/files.ts';
import { SyscallError } from '../linux/errors.ts';
import { _exit, execve } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import { currentStep, moveTrace, step } from '../linux/trace.ts';
import type { Spec, User } from '../oci.ts';
import { confine } from '../security/confine.ts';
import { applyLimits } from '../security/limits.ts';
import { compile } from '../security/seccomp.ts';
import type { Channel } from './channel.ts';
import { channelOn } from './channel.ts';
import { RunError, toFailure } from './failure.ts';
import { execExitCode, findProgram } from './program.ts';
import { readGroup, readPasswd, resolveGroup, resolveUser } from './user.ts';
import { enterWorkingFolder, verifyInsideRoot } from './working-folder.ts';

/** The annotations that say what config.json has no word for: names are looked up in the image. */
export const USER_ANNOTATION = 'dev.slipway.user';
export const GROUPS_ANNOTATION = 'dev.slipway.groups';

/** Runs the steps of a child; an error is told to the shim, and the process ends. Never returns. */
export function reportingFailure(channel: Channel, steps: () => void): never {
  try {
    steps();
  } catch (error) {
    channel.send({ failed: toFailure(error, currentStep()) });
  }
  _exit(1);
}

/** Becomes the program that the spec names. Called inside the root, with stdio in place. */
export function executeProgram(spec: Spec, channel: Channel): void {
  const { process } = spec;
  step('user');
  const { user, home } = whoToBe(spec);
  const env = withHome(process.env ?? [], home);
  const filter = spec.linux?.seccomp && compile(spec.linux.seccomp);

  step('limits');
  for (const sentence of applyLimits(process.rlimits ?? [])) channel.send({ notice: sentence });

  step('confine');
  enterWorkingFolder(process.cwd);
  const program = { path: '' };
  const last = keepOnlyStdioAnd(channel);
  confine({ ...process, user }, filter, () => {
    verifyInsideRoot(process.cwd);
    program.path = findProgram(process.args[0] ?? '', env);
  });

  step('execve');
  resetSignals();
  try {
    execve(program.path, process.args, env);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    const failure = toFailure(error, 'execve');
    last.send({ failed: { ...failure, exitCode: execExitCode(error.code) } });
    _exit(1);
  }
}

/**
 * Moves the channel to descriptor 3 (and the trace to 4) and closes all above: no descriptor of ours is left that the
 * program's path could name, such as /proc/self/fd/7. Both are closed by execve.
 */
function keepOnlyStdioAnd(channel: Channel): Channel {
  const CHANNEL = 3;
  const TRACE = 4;
  const O_CLOEXEC = 0o2000000;
  const spare = moveTrace(1000);
  if (channel.fd !== CHANNEL) dup3(channel.fd, CHANNEL, O_CLOEXEC);
  if (spare) moveTrace(TRACE);
  close_range(spare ? TRACE + 1 : TRACE);
  return channelOn(CHANNEL);
}
