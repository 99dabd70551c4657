// Stays with a program that a shim supervises: as the command line that starts it, or as one that comes later.
//
// What does that is loaded only now, while the shim starts the program.

import { loadBundle } from '../runtime/bundle.ts';
import type { AttachOptions, Parting } from '../runtime/client.ts';
import { VanishedError } from '../runtime/failure.ts';
import type { Streams } from '../runtime/frames.ts';
import { findContainer } from '../runtime/names.ts';
import { knock } from '../runtime/shim-socket.ts';
import { loadState } from '../runtime/state.ts';
import { isPaused } from './paused.ts';

/** @param socketFd the socket to the shim. */
export async function attachTo(socketFd: number, options: AttachOptions): Promise<Parting> {
  const { attach } = await import('../runtime/client.ts');
  return attach(socketFd, options);
}

/** As attachTo(), for a program that nobody can leave. */
export async function stayWith(socketFd: number, options: Omit<AttachOptions, 'detachKeys'>): Promise<Ended> {
  return (await attachTo(socketFd, options)) as Ended;
}

/** How a program ended. `exitCode` is 128 + signal for one that a signal ended. */
export type Ended = Exclude<Parting, 'detached'>;

/** What a user wants of a container that somebody else has started. */
export interface VisitOptions extends Omit<AttachOptions, 'wants' | 'interactive'> {
  /** Leave our stdin alone. */
  noStdin: boolean;
}

/** What `attach` has to know before: whether the program has a terminal, and reads what is typed. */
export interface Visitable {
  id: string;
  tty: boolean;
  interactive: boolean;
}

/** @throws Error when there is no such container, or it does not run: in Docker's words. */
export function visitable(reference: string): Visitable {
  const id = findContainer(reference);
  const state = loadState(id);
  const bundle = loadBundle(id);
  if (state.status === 'restarting') {
    throw new Error('You cannot attach to a restarting container, wait until it is running');
  }
  if (bundle === undefined || state.status !== 'running') {
    throw new Error('You cannot attach to a stopped container, start it first');
  }
  if (isPaused(state)) throw new Error('You cannot attach to a paused container, unpause it first');
  return { id, tty: bundle.spec.process.terminal ?? false, interactive: bundle.interactive };
}

/** Comes to a container that runs, and stays until its program has ended or the user leaves. */
export async function visit({ id, interactive }: Visitable, { noStdin, ...options }: VisitOptions): Promise<Parting> {
  const socket = knock(id);
  if (socket === undefined) throw new Error('You cannot attach to a stopped container, start it first');
  const wants: Streams = { stdin: interactive && !noStdin, stdout: true, stderr: true };
  try {
    return await attachTo(socket, { ...options, interactive: wants.stdin, wants });
  } catch (error) {
    const { status, exitCode } = loadState(id);
    if (!(error instanceof VanishedError) || status !== 'exited' || exitCode === undefined) throw error;
    options.notice('the rest of the output is left out here, which nobody read: `slipway logs` has it');
    return { exitCode };
  }
}
