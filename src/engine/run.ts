// `run`: makes a container, forks its shim, and stays with it until its program has ended, or leaves it (-d).

import { rmSync } from 'node:fs';
import { close } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { socketpair } from '../linux/sockets.ts';
import type { Bundle } from '../runtime/bundle.ts';
import type { Parting } from '../runtime/client.ts';
import { VanishedError } from '../runtime/failure.ts';
import { decodeJson, encodeFrame, type Streams } from '../runtime/frames.ts';
import { lastResort } from '../runtime/last-resort.ts';
import { ensureSealed } from '../runtime/seal.ts';
import { supervise, type Wishes } from '../runtime/shim.ts';
import { attachTo, type Ended } from './attach.ts';
import { createContainer } from './create.ts';
import type { ContainerOptions } from './options.ts';
import { askOver } from './requests.ts';
import { writeNewUserFile } from './user-file.ts';

/**
 * Runs a container, with our own standard input and output, until its program has ended or its user leaves it.
 * @param notice takes sentences for the user: what this machine could not give.
 * @throws Error for what cannot be had, StartError when a step of the start failed; nothing is left of it then.
 */
export function run(options: ContainerOptions, notice: (sentence: string) => void): Promise<Parting> {
  ensureSealed(); // may begin all over again, so nothing is made before
  return withCidFile(options, () => stay(startNew(options), options, notice));
}

/** As run(), for a program that nobody can leave. */
export async function runToEnd(
  options: Omit<ContainerOptions, 'detachKeys'>,
  notice: (sentence: string) => void,
): Promise<Ended> {
  return (await run(options, notice)) as Ended;
}

/** Starts a container and leaves it in the background, as soon as its program runs. @returns its id. */
export function runDetached(options: ContainerOptions, notice: (sentence: string) => void): Promise<string> {
  ensureSealed();
  return withCidFile(options, () => leave(startNew(options), notice));
}

function startNew(options: ContainerOptions): number {
  return forkShim(() => createContainer(options), { wants: options.attached ?? NO_STREAMS, isKept: false });
}

export const ALL_STREAMS: Streams = { stdin: true, stdout: true, stderr: true };

/** Of one who goes as soon as the program runs. */
export const NO_STREAMS: Streams = { stdin: false, stdout: false, stderr: false };

/** @returns our end of a socket to the new shim. */
export function forkShim(open: () => Bundle, wishes: Wishes): number {
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      close(ours);
      supervise(open, theirs, wishes);
    });
  }
  close(theirs);
  return ours;
}

/** What the one who starts a container wants of the streams that they stay with. */
export type StayOptions = Pick<ContainerOptions, 'interactive' | 'attached' | 'passSignals' | 'detachKeys'>;

export function stay(socket: number, options: StayOptions, notice: (sentence: string) => void): Promise<Parting> {
  const { interactive, attached, passSignals, detachKeys } = options;
  return attachTo(socket, { interactive: interactive && attached?.stdin === true, passSignals, detachKeys, notice });
}

/** Goes as soon as the program runs. @returns the container's id. */
export function leave(socket: number, notice: (sentence: string) => void): string {
  const answer = askOver(socket, encodeFrame('ready'), 'started', notice);
  if (typeof answer === 'string') throw new VanishedError();
  return decodeJson({ ...answer, type: 'started' }).id;
}

/** Does the work with the file that will take the container's id, and takes that away when it fails. */
export async function withCidFile<Result>({ cidFile }: ContainerOptions, work: () => Result): Promise<Awaited<Result>> {
  if (cidFile === undefined) return await work();
  claimCidFile(cidFile);
  try {
    return await work();
  } catch (error) {
    rmSync(cidFile, { force: true }); // there is no such container
    throw error;
  }
}

/** Makes the file that will take the id: of several starts at once that want the same one, one gets it. */
function claimCidFile(cidFile: string): void {
  try {
    writeNewUserFile(cidFile, '');
  } catch (error) {
    throw new Error(`--cidfile "${cidFile}": ${(error as Error).message}`);
  }
}
