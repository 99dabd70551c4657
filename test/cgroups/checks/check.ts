// Checks of cgroups against the running kernel, which is this machine's or that of a virtual machine: so each runs in a
// process of its own (run.ts), is synchronous, and throws when what it says is not so.
//
//     { name: 'a fork bomb ends at pids.max', run: () => inCgroup({ pids: { limit: 20 } }, (cgroup) => { … }) }

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { createCgroup, type LimitedCgroup } from '../../../src/cgroups/cgroup.ts';
import { writeFile } from '../../../src/cgroups/files.ts';
import { fork } from '../../../src/linux/fork.ts';
import { poll } from '../../../src/linux/poll.ts';
import { _exit, execve, type WaitStatus, waitpid } from '../../../src/linux/process.ts';
import type { Resources } from '../../../src/oci.ts';

/** What a check takes for granted about the machine. */
export type Need =
  /** The version of cgroups that has the controllers. */
  | 'v1'
  | 'v2'
  /** A hierarchy of v2, if only a hybrid machine's without the usual controllers. */
  | 'unified'
  /** A machine that nobody else uses: with swap, /dev/vda to overwrite, and the scheduler bfq. */
  | 'own machine'
  /** A file of this checkout lies on a disk that the kernel can throttle. */
  | 'disk'
  /** CONFIG_RT_GROUP_SCHED. */
  | 'realtime';

/** Whether the machine has it: said by the test that started this process. */
export function hasNeed(need: Need): boolean {
  return (process.env.SLIPWAY_CHECK_HAS ?? '').split(',').includes(need);
}

/** A sentence that is true on every machine that has what it needs. */
export interface Check {
  name: string;
  needs?: readonly Need[];
  run(): void;
}

/** A fresh path for a cgroup of ours. */
export function newPath(): string {
  return `/slipway/check-${randomBytes(6).toString('hex')}`;
}

/** Makes a cgroup for as long as `body` takes. */
export function inCgroup(resources: Resources, body: (cgroup: LimitedCgroup) => void): void {
  const cgroup = createCgroup(newPath(), resources);
  try {
    body(cgroup);
  } finally {
    cgroup.killAll();
    cgroup.remove();
  }
}

/** A child that joins the cgroup and then does `work`. It ends with what `work` returns, and 99 when that throws. */
export function startIn(cgroup: LimitedCgroup, work: () => number): number {
  const pid = fork();
  if (pid !== 0) return pid;
  try {
    join(cgroup);
    _exit(work());
  } catch (error) {
    console.error(error);
    _exit(99);
  }
}

function join(cgroup: LimitedCgroup): void {
  cgroup.joinSelf();
  const v2 = cgroup.parts.find(({ version }) => version === 2);
  if (v2) writeFile(v2, 'cgroup.procs', '0'); // in a container clone3 has done it
}

export function end(pid: number): WaitStatus {
  return waitpid(pid).status;
}

/** A child in the cgroup that becomes a program of the machine's. */
export function execIn(cgroup: LimitedCgroup, command: readonly string[]): number {
  return startIn(cgroup, () => {
    execve(`/bin/${command[0]}`, [...command], ['PATH=/usr/bin:/bin']);
    return 98;
  });
}

/** A child in the cgroup that computes until it is ended. */
export function burnIn(cgroup: LimitedCgroup): number {
  return startIn(cgroup, () => {
    for (;;);
  });
}

/** A program that takes this much memory, and gives back 0 if it got it. */
export function takeMemory(cgroup: LimitedCgroup, bytes: number): WaitStatus {
  return end(execIn(cgroup, ['dd', 'if=/dev/zero', 'of=/dev/null', `bs=${bytes}`, 'count=1', 'status=none']));
}

const PATIENCE_MS = 30_000;

/** Waits for a condition. @throws AssertionError when it does not come true within half a minute. */
export function waitUntil(what: string, condition: () => boolean): void {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > PATIENCE_MS) assert.fail(`waited in vain: ${what}`);
    poll([], 5);
  }
}

/** `value` is within `share` of `expected`. */
export function assertNear(value: number, expected: number, share: number, what: string): void {
  const text = `${what}: ${value.toFixed(3)}, not within ${share * 100} % of ${expected.toFixed(3)}`;
  assert.ok(Math.abs(value - expected) <= expected * share, text);
}
