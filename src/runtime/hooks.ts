// Hooks: programs of the caller's that are run at certain moments of a container's life (config.md, POSIX-platform Hooks).
//
// Each gets the container's state as JSON on its standard input, in turn, and the next one runs when it has ended well. What
// it writes is for the message, should it fail. Nothing here needs an event loop: hooks are run by forked processes too. What a
// hook reads and writes are files in memory, so nobody has to move data while it runs.

import { fstatSync, readSync, writeSync } from 'node:fs';
import { MFD_CLOEXEC, POLLIN, SIGKILL } from '../linux/constants.ts';
import { close, dup3, memfd_create } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { poll } from '../linux/poll.ts';
import { _exit, execve, exitCode, pidfd_open, pidfd_send_signal, waitpid } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import type { Hook, Hooks, Spec } from '../oci.ts';

export type HookName = keyof Hooks;

/** In the order of their moments. */
export const HOOK_NAMES: readonly HookName[] = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
];

/** The state of a container as the specification defines it (runtime.md, State). */
export interface HookState {
  ociVersion: string;
  id: string;
  status: 'creating' | 'created' | 'running' | 'stopped';
  pid?: number;
  bundle: string;
  annotations?: Record<string, string>;
}

/** What hooks of this container are told. */
export function hookState(
  { id, spec }: { id: string; spec: Spec },
  { bundleFolder }: { bundleFolder: string },
  { status, pid }: Pick<HookState, 'status' | 'pid'>,
): HookState {
  const { ociVersion, annotations } = spec;
  const process = pid === undefined ? {} : { pid };
  return { ociVersion, id, status, ...process, bundle: bundleFolder, ...(annotations ? { annotations } : {}) };
}

export function hasHooks({ hooks = {} }: Spec, ...names: HookName[]): boolean {
  return names.some((name) => (hooks[name]?.length ?? 0) > 0);
}

/** Runs all hooks of a moment. @throws Error of the first that fails; those behind it are not run. */
export function runHooks(name: HookName, { hooks = {} }: Spec, state: HookState): void {
  for (const [index, hook] of (hooks[name] ?? []).entries()) runHook(`${name} hook #${index}`, hook, state);
}

/** Runs all of them, whatever fails. @returns a sentence for each that has failed. */
export function runHooksAnyway(name: HookName, { hooks = {} }: Spec, state: HookState): string[] {
  return (hooks[name] ?? []).flatMap((hook, index) => {
    try {
      runHook(`${name} hook #${index}`, hook, state);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

function runHook(name: string, hook: Hook, state: HookState): void {
  const [input, output] = [fileInMemory(JSON.stringify(state)), fileInMemory('')];
  try {
    const pid = fork();
    if (pid === 0) becomeHook(hook, input, output);
    const isLate = !awaitEnd(pid, hook.timeout);
    const code = exitCode(waitpid(pid).status);
    if (!isLate && code === 0) return;
    const why = isLate ? `it took longer than its timeout of ${hook.timeout} s` : `exit code ${code}`;
    throw new Error(`${name} (${hook.path}) failed: ${[why, ...lastWords(output)].join(': ')}`);
  } finally {
    close(input);
    close(output);
  }
}

/** What is written by position leaves the file's own at the beginning, for the one who reads. */
function fileInMemory(text: string): number {
  const fd = memfd_create('hook', MFD_CLOEXEC);
  writeSync(fd, text, 0);
  return fd;
}

function becomeHook({ path, args = [path], env = [] }: Hook, input: number, output: number): never {
  try {
    dup3(input, 0);
    dup3(output, 1);
    dup3(output, 2);
    resetSignals();
    execve(path, args, env);
  } catch (error) {
    writeSync(output, (error as Error).message);
  }
  _exit(127);
}

/** Waits until the hook has ended, or kills it when its time is over. @returns whether it has ended in time. */
function awaitEnd(pid: number, timeoutSeconds: number | undefined): boolean {
  const pidfd = pidfd_open(pid);
  try {
    const timeoutMs = timeoutSeconds === undefined ? -1 : Math.min(timeoutSeconds * 1000, LONGEST_MS);
    const [hasEnded] = poll([{ fd: pidfd, events: POLLIN }], timeoutMs);
    if (!hasEnded) pidfd_send_signal(pidfd, SIGKILL);
    return hasEnded !== 0;
  } finally {
    close(pidfd);
  }
}

/** poll takes an int. */
const LONGEST_MS = 2 ** 31 - 1;
const LONGEST_SAID = 2000;

/** The end of what the hook has written, if it has. */
function lastWords(output: number): string[] {
  const { size } = fstatSync(output);
  const bytes = Buffer.alloc(Math.min(size, LONGEST_SAID));
  readSync(output, bytes, 0, bytes.length, size - bytes.length);
  return bytes.length === 0 ? [] : [bytes.toString().trim()];
}
