// `slipway-oci run` without --detach: we stay until the program has ended, with our own standard input and output.
//
// Here the container has a shim after all, for as long as we are there: it carries what comes and goes, and reaps.

import { stayWith } from '../engine/attach.ts';
import { makeStdio } from '../exec/stdio.ts';
import { SIGCHLD } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit } from '../linux/process.ts';
import { blockSignals } from '../linux/signals.ts';
import { socketpair } from '../linux/sockets.ts';
import { encodeJson } from '../runtime/frames.ts';
import { lastResort } from '../runtime/last-resort.ts';
import { shimIo } from '../runtime/program-io.ts';
import { relay } from '../runtime/relay.ts';
import { startContainer } from '../runtime/run.ts';
import { describeEnd, orReportFailure, pass, settleAsShim } from '../runtime/settle.ts';
import { abandon, bundleOf, type Creation, claimContainer, recordsOf } from './create.ts';
import { destroy } from './destroy.ts';
import { writePidFile } from './pid-file.ts';
import { type Container, load, saveConfig } from './store.ts';

/** @returns the program's exit code. @throws Error when it could not be started; nothing is left then. */
export async function runAttended(creation: Creation, { keep }: { keep: boolean }): Promise<number> {
  const container = claimContainer(creation);
  const { log, root, id, spec } = creation;
  const notice = (sentence: string) => log.warn(sentence);
  try {
    saveConfig(container.folder, spec);
    const client = startSupervisor(creation, container);
    const { exitCode } = await stayWith(client, { interactive: true, passSignals: true, notice });
    if (!keep) for (const sentence of destroy(load(root, id), spec)) notice(sentence);
    return exitCode;
  } catch (error) {
    abandon(container, creation);
    throw error;
  }
}

/** @returns a socket to the shim. */
function startSupervisor(creation: Creation, container: Container): number {
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      close(ours);
      supervise(creation, container, theirs);
    });
  }
  close(theirs);
  return ours;
}

/** The shim. Never returns. */
function supervise(creation: Creation, container: Container, clientFd: number): never {
  const { signalFd, clients, client, timers, notice, tell } = settleAsShim(
    clientFd,
    undefined,
    creation.io.preservedFds,
  );
  orReportFailure(tell, () => {
    const { spec, keepsKeyring, bundleFolder, io } = creation;
    const stdio = spec.process.terminal ? undefined : makeStdio({ interactive: true });
    const ownIo = { ...shimIo(stdio), preservedFds: io.preservedFds };
    const way = { io: ownIo, records: recordsOf(container), notice, keepsKeyring, bundleFolder };
    const running = startContainer(bundleOf(container, spec), way);
    const { pid, pidfd, terminal } = running;
    if (creation.pidFile !== undefined) writePidFile(creation.pidFile, pid);
    client.send(encodeJson('started', { pid, id: container.id, terminal: terminal !== undefined }));
    blockSignals([SIGCHLD]); // to be read from signalFd
    const ends = stdio ? stdio.shim : { master: terminal as number };
    const onSignal = (signal: number) => pass(signal, pid, pidfd);
    const cure = `End it with \`slipway-oci kill ${container.id} KILL\``;
    const program = { pid, pidfd, stdio: ends, stdinOnce: true, id: container.id, cure };
    const { status } = relay({ ...program, clients, timers, signalFd, onSignal });
    client.send(encodeJson('exited', describeEnd(status)));
  });
  clients.dismiss();
  _exit(0);
}
