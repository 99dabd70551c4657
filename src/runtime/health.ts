// The health check of a container (--health-cmd): its shim runs a command in it again and again, as `exec` does, and writes
// down whether that succeeds. `ps` and `inspect` show it.
//
//     starting    until the first success; failures within the start period do not count
//     healthy     since the last success
//     unhealthy   after so many failures in a row

import { forgetFolders } from '../cgroups/folders.ts';
import { POLLIN, SIGKILL } from '../linux/constants.ts';
import { close, tryRead, tryWrite } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { socketpair } from '../linux/sockets.ts';
import { NAMESPACE_TYPES } from '../namespaces/flags.ts';
import { closeAllBut } from './descriptors.ts';
import { type ExecPlan, superviseExec } from './exec.ts';
import { decodeJson, encodeFrame, encodeJson, type Frame, FrameDecoder, LARGEST_PAYLOAD } from './frames.ts';
import { lastResort } from './last-resort.ts';
import type { Health, Probe } from './state.ts';
import type { Timers } from './timers.ts';
import type { Watch } from './watch.ts';

/** What a health check is, with Docker's defaults where the user is silent. */
export interface HealthCheck {
  /** For `/bin/sh -c`. */
  command: string;
  intervalMs: number;
  timeoutMs: number;
  startPeriodMs: number;
  /** In place of `intervalMs`, as long as it is starting within its start period. */
  startIntervalMs: number;
  retries: number;
}

/** The container that is checked. */
export interface Patient extends Omit<ExecPlan, 'types'> {
  isPaused: () => boolean;
  /** Is told of all that is found. */
  changed: (health: Health) => void;
  /** Which descriptors of the shim a process forked from it may have: Node's own. */
  ownFds: readonly number[];
}

const MOST_PROBES = 5;
const MOST_OUTPUT = 4096;

export class HealthMonitor {
  readonly #check: HealthCheck;
  readonly #patient: Patient;
  readonly #timers: Timers;
  readonly #startedAt = performance.now();
  readonly #health: Health = { status: 'starting', failingStreak: 0, log: [] };
  #probe: RunningProbe | undefined;

  constructor(check: HealthCheck, patient: Patient, timers: Timers) {
    this.#check = check;
    this.#patient = patient;
    this.#timers = timers;
    patient.changed(this.#health);
    this.#schedule();
  }

  watches(): Watch[] {
    const probe = this.#probe;
    return probe === undefined ? [] : [{ fd: probe.fd, events: POLLIN, act: () => this.#hear(probe) }];
  }

  /** The container has ended: what still runs in it ends with it. */
  stop(): void {
    this.#timers.clear('health');
    if (this.#probe !== undefined) close(this.#probe.fd);
    this.#probe = undefined;
  }

  #schedule(): void {
    const { intervalMs, startIntervalMs } = this.#check;
    const ms = this.#isStarting() ? startIntervalMs : intervalMs;
    this.#timers.set('health', ms, () => this.#begin());
  }

  #isStarting(): boolean {
    return this.#health.status === 'starting' && performance.now() - this.#startedAt < this.#check.startPeriodMs;
  }

  #begin(): void {
    if (this.#patient.isPaused()) return this.#schedule();
    this.#probe = startProbe(this.#check, this.#patient);
    const { timeoutMs } = this.#check;
    this.#timers.set('health', timeoutMs, () => {
      if (this.#probe) this.#probe.isLate = true;
      if (this.#probe) tryWrite(this.#probe.fd, encodeJson('signal', { signal: SIGKILL }));
    });
  }

  #hear(probe: RunningProbe): void {
    if (probe !== this.#probe) return; // it was over in this very turn
    const buffer = Buffer.alloc(LARGEST_PAYLOAD);
    const count = tryRead(probe.fd, buffer);
    const frames = count > 0 ? probe.decoder.push(buffer.subarray(0, count)) : [];
    for (const frame of frames) {
      const exitCode = take(probe, frame);
      if (exitCode !== undefined) return this.#end(probe, exitCode);
    }
    if (count === 0) this.#end(probe, -1);
  }

  #end(probe: RunningProbe, exitCode: number): void {
    close(probe.fd);
    this.#probe = undefined;
    this.#record({
      start: probe.startedAt,
      end: new Date().toISOString(),
      exitCode: probe.isLate ? -1 : exitCode,
      output: outputOf(probe, this.#check.timeoutMs),
    });
    this.#schedule();
  }

  #record(result: Probe): void {
    const health = this.#health;
    health.log = [...health.log, result].slice(-MOST_PROBES);
    if (result.exitCode === 0) {
      health.failingStreak = 0;
      health.status = 'healthy';
    } else if (!this.#isStarting()) {
      health.failingStreak++;
      if (health.failingStreak >= this.#check.retries) health.status = 'unhealthy';
    }
    this.#patient.changed(health);
  }
}

interface RunningProbe {
  fd: number;
  decoder: FrameDecoder;
  startedAt: string;
  output: string;
  isLate: boolean;
}

/** Forks a supervisor for the command, which talks with us as with a command line. */
function startProbe({ command }: HealthCheck, { spec, ownFds, ...plan }: Patient): RunningProbe {
  const [ours, theirs] = socketpair();
  if (fork() === 0) {
    lastResort(() => {
      forgetFolders();
      closeAllBut([...ownFds, theirs]); // above all the container's lock
      const process = { ...spec.process, args: ['/bin/sh', '-c', command], terminal: false };
      superviseExec({ ...plan, spec: { ...spec, process }, types: NAMESPACE_TYPES }, { interactive: false }, theirs);
    });
  }
  close(theirs);
  tryWrite(ours, encodeFrame('ready'));
  return { fd: ours, decoder: new FrameDecoder(), startedAt: new Date().toISOString(), output: '', isLate: false };
}

/** @returns the exit code, when the frame is the last one. */
function take(probe: RunningProbe, { type, payload }: Frame): number | undefined {
  if (type === 'exited') return decodeJson({ type, payload }).exitCode;
  if (type === 'stdout' || type === 'stderr') probe.output += payload.toString('utf8', 0, MOST_OUTPUT);
  if (type !== 'failed') return undefined;
  probe.output = decodeJson({ type, payload }).message;
  return -1;
}

function outputOf({ output, isLate }: RunningProbe, timeoutMs: number): string {
  const short = output.length > MOST_OUTPUT ? `${output.slice(0, MOST_OUTPUT)}...` : output;
  if (!isLate) return short;
  return `Health check exceeded timeout (${timeoutMs / 1000}s)${short === '' ? '' : `: ${short}`}`;
}
