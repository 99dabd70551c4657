// The shim: a small process beside each container that starts it, stays its parent, passes its output on, writes its log,
// and records how it ended. It is forked from a command line, and lives as long as the container; others who have to do
// with that knock at its door (shim-socket.ts). There is no other daemon.

import { forgetFolders } from '../cgroups/folders.ts';
import { makeStdio } from '../exec/stdio.ts';
import { SIGCHLD } from '../linux/constants.ts';
import { close } from '../linux/files.ts';
import { _exit, getpid } from '../linux/process.ts';
import { blockSignals } from '../linux/signals.ts';
import { step } from '../linux/trace.ts';
import { type Bundle, loadBundle, saveBundle } from './bundle.ts';
import { deafCure } from './deaf.ts';
import { harmlessDescriptors } from './descriptors.ts';
import { tellEvent } from './events.ts';
import { toFailure } from './failure.ts';
import { encodeJson, type Payloads, type Streams } from './frames.ts';
import { frozenCare } from './frozen.ts';
import { HealthMonitor } from './health.ts';
import { hookState, runHooksAnyway } from './hooks.ts';
import { releaseLock } from './lock.ts';
import { Log } from './log.ts';
import { endOrphans } from './orphans.ts';
import { pauseUnlessStopped } from './pause.ts';
import { containerFolder } from './places.ts';
import { shimIo } from './program-io.ts';
import { rejoin } from './rejoin.ts';
import { type RelayEnd, relay, type Session } from './relay.ts';
import { forgetContainer, removeQuietly } from './remove.ts';
import { Restarts } from './restart.ts';
import { type Running, startContainer } from './run.ts';
import { describeEnd, orReportFailure, pass, type Shim, settleAsShim } from './settle.ts';
import { openDoor } from './shim-socket.ts';
import { type Health, identityOf, loadState, type State, saveState } from './state.ts';
import { tidyLater } from './tidy.ts';
import { Undo } from './undo.ts';
import type { Records, Way } from './way.ts';

/** What the command line that starts a container wants of its shim. */
export interface Wishes {
  /** Which of the program's streams go to it. */
  wants: Streams;
  /** The container was there before: when it cannot be started, it stays. */
  isKept: boolean;
}

/** What a shim knows of its container through all its runs. */
interface Life extends Shim {
  bundle: Bundle;
  log: Log;
  restarts: Restarts;
  /** The container stays when it cannot be started. */
  isKept: boolean;
  /** Node's own descriptors, from before there were any others. */
  ownFds: readonly number[];
}

/**
 * Sees to one container: starts it, stays with it until its end, and again, as long as it is to be restarted. Called in a
 * forked child; never returns.
 * @param open gives the container on disk, whose lock this process holds from then on.
 * @param clientFd the socket to the command line that asked for it.
 */
export function supervise(open: () => Bundle, clientFd: number, { wants, isKept }: Wishes): never {
  const shim = settleAsShim(clientFd, wants);
  orReportFailure(shim.tell, () => {
    const bundle = open();
    const ownFds = bundle.health === undefined ? [] : harmlessDescriptors();
    const log = new Log(() => containerFolder(bundle.id), bundle.log);
    const life: Life = { ...shim, bundle, log, restarts: new Restarts(), isKept, ownFds };

    step('door');
    shim.clients.listener = orForget(life, () => openDoor(bundle.id));
    tidyLater(shim.timers);

    let goesOn = true;
    while (goesOn) {
      const run = orForget(life, () => start(life));
      life.isKept = true;
      goesOn = attend(life, run);
    }

    step('part');
    log.close();
    if (bundle.autoRemove) removeQuietly(bundle);
    releaseLock(); // whoever removes the container does not wait for a reader of its output
  });
  shim.clients.dismiss();
  _exit(0);
}

/** A container that runs, with our ends of its pipes or its terminal. */
type Run = Running & { ends: Session['stdio'] };

function start(life: Life): Run {
  if (life.isKept) life.bundle = refreshed(life.bundle);
  const { bundle, notice, client, restarts, isKept } = life;
  const stdio = bundle.spec.process.terminal ? undefined : makeStdio({ interactive: bundle.interactive });
  const records: Records = {
    saveBundle: () => {
      if (!isKept) saveBundle(bundle);
    },
    saveState: (state) => saveState(bundle.id, { ...state, restartCount: restarts.count }),
  };
  const isFirst = restarts.count === 0;
  if (isFirst && Object.values(client.wants).includes(true)) tellEvent(bundle, 'attach');
  const way: Way = { io: shimIo(stdio), records, notice, bundleFolder: containerFolder(bundle.id) };
  const running = startContainer(bundle, way);
  const { pid, terminal } = running;
  tellEvent(bundle, 'start');
  if (isFirst) client.send(encodeJson('started', { pid, id: bundle.id, terminal: terminal !== undefined }));
  return { ...running, ends: stdio ? stdio.shim : { master: terminal as number } };
}

/** The container as it is now: `update` and `rename` may have changed it, and others that it joins have been restarted. */
function refreshed(bundle: Bundle): Bundle {
  const now = current(bundle);
  return { ...now, spec: rejoin(now) };
}

/** From the program's start to its end, and to the end of all that it leaves. @returns whether it is to start again. */
function attend(life: Life, run: Run): boolean {
  const { bundle, clients, timers, restarts } = life;
  const release = new Undo();
  release.later(() => poststop(bundle));
  if (run.mounts !== undefined) release.later(() => close(run.mounts as number));
  release.later(() => close(run.pidfd));
  release.later(() => timers.clear('frozen'));
  release.later(() => forgetFolders()); // the next run has a cgroup of its own
  release.later(() => run.cgroup.remove());
  release.later(() => endOrphans());
  release.later(() => run.cgroup.killAll());
  const startedAt = performance.now();
  const health = healthOf(life, run);
  if (health) release.later(() => health.stop());
  let last: Payloads['exited'];
  let pauseMs: number | undefined;
  try {
    step('relay');
    blockSignals([SIGCHLD]); // not before: Node waits for it when box is made
    const { status, wasStopped } = relay({ ...sessionOf(life, run), others: () => health?.watches() ?? [] });

    step('record');
    last = { ...describeEnd(status), oomKilled: run.cgroup.oomKills() > 0 };
    const ranMs = performance.now() - startedAt;
    tellEnd(current(bundle), last, ranMs, wasStopped);
    if (!wasStopped) pauseMs = restarts.next(current(bundle).restart, { exitCode: last.exitCode, ranMs });
    recordEnd(life, { ...run.state, ...last }, pauseMs !== undefined);

    step('end');
    // The user waits no longer: what is left to do is done after the last word.
    clients.tellEnd(encodeJson('exited', last));
    clients.flush(PATIENCE_MS);
  } finally {
    step('release');
    release.run();
  }
  if (pauseMs === undefined) return false;

  step('pause');
  if (pauseUnlessStopped(pauseMs, last, clients, timers)) return true;
  recordEnd(life, { ...run.state, ...last }, false);
  clients.tellEnd(encodeJson('exited', last));
  return false;
}

function sessionOf({ bundle, clients, timers, log, signalFd }: Life, { pid, pidfd, cgroup, ends }: Run): Session {
  const { id, stdinOnce, endsWithClient = false, stopSignal: signal, stopTimeout } = bundle;
  const care = frozenCare(bundle.spec, pid, cgroup);
  if (care) timers.repeat('frozen', 1000, care);
  const signalled = (signal: number) => tellEvent(current(bundle), 'kill', { signal: String(signal) });
  const stop = { signal, timeoutMs: stopTimeout * 1000, thaw: () => cgroup.thawAll(), signalled };
  const onSignal = (signal: number) => pass(signal, pid, pidfd);
  const visited = (action: string) => tellEvent(current(bundle), action);
  const program = { pid, pidfd, stdio: ends, stdinOnce, endsWithClient, stop, visited };
  return { ...program, clients, timers, log, signalFd, onSignal, id, cure: deafCure(current(bundle).name) };
}

/** Watches over the program's health, if the user wants that. */
function healthOf({ bundle, timers, restarts, ownFds }: Life, run: Run): HealthMonitor | undefined {
  const { id, spec, health } = bundle;
  const { pid, state, cgroup } = run;
  if (health === undefined) return undefined;
  let known: Health['status'] = 'starting';
  const changed = (health: Health) => {
    if (health.status !== known) tellEvent(current(bundle), `health_status: ${health.status}`);
    known = health.status;
    run.state = { ...state, health, restartCount: restarts.count };
    try {
      saveState(id, run.state);
    } catch {
      // On a full disk the next probe may be written down.
    }
  };
  const target = { pid, startedAt: state.pidStartedAt ?? '' };
  const place = { containerId: id, bundleFolder: containerFolder(id), cgroupPath: cgroup.path };
  const patient = { ...place, spec, target, ownFds, changed, isPaused: () => cgroup.isFrozen() };
  return new HealthMonitor(health, patient, timers);
}

/** The end of a run, for those who watch. */
function tellEnd(
  bundle: Bundle,
  { exitCode, oomKilled }: Payloads['exited'],
  ranMs: number,
  wasStopped: RelayEnd['wasStopped'],
): void {
  if (oomKilled) tellEvent(bundle, 'oom');
  tellEvent(bundle, 'die', { exitCode: String(exitCode), execDuration: String(Math.floor(ranMs / 1000)) });
  if (wasStopped === 'stop') tellEvent(bundle, 'stop');
}

/** How long the container is kept for a reader of its last words; the words themselves are kept as long as it takes. */
const PATIENCE_MS = 200;

/** On a full disk this may fail. The program's end is told nevertheless. */
function recordEnd({ bundle, log, restarts, clients }: Life, state: State, startsAgain: boolean): void {
  const finishedAt = new Date().toISOString();
  const facts = {
    ...state,
    finishedAt,
    restartCount: restarts.count,
    ...(log.missing > 0 ? { logMissing: log.missing } : {}),
  };
  try {
    if (current(bundle).autoRemove) forget(current(bundle));
    else if (startsAgain) saveState(bundle.id, { ...facts, status: 'restarting', shim: identityOf(getpid()) });
    else saveState(bundle.id, { ...facts, status: 'exited' });
  } catch (error) {
    clients.notice(`the container's end could not be recorded: ${toFailure(error).message}`);
  }
}

function forget(bundle: Bundle): void {
  forgetContainer(bundle);
  tellEvent(bundle, 'destroy');
}

/** The bundle as it is on disk, where its name and the like may have been changed since. */
function current(bundle: Bundle): Bundle {
  return loadBundle(bundle.id) ?? bundle;
}

/** A container that cannot be started is taken off the disk again, unless it was there before. */
function orForget<Result>({ bundle, isKept }: Life, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isKept && !bundle.autoRemove) recordFailure(bundle, error);
    else removeQuietly(bundle);
    poststop(bundle);
    throw error;
  }
}

function recordFailure({ id }: Bundle, error: unknown): void {
  const { exitCode, message } = toFailure(error);
  const before = loadState(id);
  const status = before.status === 'created' ? 'created' : 'exited';
  try {
    saveState(id, { ...before, status, exitCode, error: message });
  } catch {
    // The failure itself is the one to report.
  }
}

/** What these hooks say is for nobody any more: the container has ended. */
function poststop(bundle: Bundle): void {
  const where = { bundleFolder: containerFolder(bundle.id) };
  runHooksAnyway('poststop', bundle.spec, hookState(bundle, where, { status: 'stopped' }));
}
