// Lets the program of a container go that waits for it.

import { rmSync } from 'node:fs';
import { SIGKILL } from '../linux/constants.ts';
import type { Spec } from '../oci.ts';
import { sendWord, WORD } from '../runtime/exec-fifo.ts';
import { type Failure, StartError } from '../runtime/failure.ts';
import { hookState, runHooks } from '../runtime/hooks.ts';
import { execFailure } from '../runtime/run.ts';
import { connectHost, listenForReady, passReadyOn } from './notify.ts';
import { signalFirst } from './signal.ts';
import { statusOf } from './status.ts';
import { type Container, fifoOf, loadConfig } from './store.ts';

/** Called with the container's lock. @throws Error when it does not wait, StartError when its program cannot be started. */
export function startProgram(container: Container): void {
  const status = statusOf(container, { hasLock: true });
  if (status !== 'created') throw new Error(refusal(container.id, status));
  const spec = loadConfig(container);
  const { NOTIFY_SOCKET } = process.env;
  const host = NOTIFY_SOCKET ? connectHost(NOTIFY_SOCKET) : undefined;
  const readySocket = host === undefined ? undefined : listenForReady(container.folder);
  const answer = sendWord(fifoOf(container));
  if (answer === undefined) throw new Error(refusal(container.id, 'stopped'));
  if (!answer.begun) throw new StartError(failureOf(answer.said, spec.process.args[0] ?? ''));
  rmSync(fifoOf(container), { force: true });
  runPoststart(container, spec);
  if (host !== undefined && readySocket !== undefined) passReadyOn(readySocket, container.pid as number, host);
}

/** The program has begun. @throws Error of a hook that failed; the container is ended then. */
function runPoststart(container: Container, spec: Spec): void {
  const { id, bundle, pid } = container;
  const facts = { status: 'running', ...(pid === undefined ? {} : { pid }) } as const;
  try {
    runHooks('poststart', spec, hookState({ id, spec }, { bundleFolder: bundle }, facts));
  } catch (error) {
    signalFirst(container, SIGKILL);
    throw error;
  }
}

function refusal(id: string, status: string): string {
  const ofOthers = `cannot start container "${id}" in the ${status} state`;
  const known: Record<string, string> = {
    running: `cannot start container "${id}": it is running already`,
    stopped: `cannot start container "${id}": it has stopped`,
  };
  return known[status] ?? ofOthers;
}

/** What init has left in the fifo: why it failed, or an errno of the springboard, or the word itself, which it never read. */
function failureOf(said: Buffer, program: string): Failure {
  if (said.length === 4) return execFailure(program, said.readInt32LE(0));
  if (said.equals(WORD)) return { message: 'the first process was killed before its program began', exitCode: 1 };
  return (JSON.parse(said.toString()) as { failed: Failure }).failed;
}
