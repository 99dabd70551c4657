// `run`: makes a container, forks its shim, and stays with it until its program has ended.

import { rmSync } from 'node:fs';
import { close } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { socketpair } from '../linux/sockets.ts';
import { lastResort } from '../runtime/last-resort.ts';
import { ensureSealed } from '../runtime/seal.ts';
import { supervise } from '../runtime/shim.ts';
import { attachTo } from './attach.ts';
import { createContainer } from './create.ts';
import type { ContainerOptions } from './options.ts';
import { writeNewUserFile } from './user-file.ts';

/** How a program ended. `exitCode` is 128 + signal for one that a signal ended. */
export interface Ended {
  exitCode: number;
  signal?: number;
  oomKilled?: boolean;
}

/**
 * Runs a container from start to end, with our own standard input and output.
 * @param notice takes sentences for the user: what this machine could not give.
 * @throws Error for what cannot be had, StartError when a step of the start failed; nothing is left of it then.
 */
export async function run(options: ContainerOptions, notice: (sentence: string) => void): Promise<Ended> {
  ensureSealed(); // may begin all over again, so nothing is made before
  const { cidFile } = options;
  if (cidFile === undefined) return start(options, notice);
  claimCidFile(cidFile);
  try {
    return await start(options, notice);
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

function start(options: ContainerOptions, notice: (sentence: string) => void): Promise<Ended> {
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      close(ours);
      supervise(() => createContainer(options), theirs);
    });
  }
  close(theirs);
  return attachTo(ours, { interactive: options.interactive, passSignals: options.passSignals, notice });
}
