// The number of processes, and ending all of them.

import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroup } from '../../../src/cgroups/cgroup.ts';
import { SIGKILL } from '../../../src/linux/constants.ts';
import { burnIn, type Check, end, execIn, inCgroup, startIn, waitUntil } from './check.ts';

/** Starts sleeping children without end. */
const BOMB = ['sh', '-c', 'while :; do sleep 1000 & done'];

export const pidsChecks: Check[] = [
  {
    name: 'a fork bomb ends at the limit of processes',
    run: () =>
      inCgroup({ pids: { limit: 20 } }, (cgroup) => {
        execIn(cgroup, ['sh', '-c', 'while :; do sleep 1000 & done 2>/dev/null']);
        waitUntil('the limit is reached', () => cgroup.stats().pids.current === 20);
        assert.equal(cgroup.stats().pids.limit, 20);
        assert.ok(cgroup.processes().length <= 20);
      }),
  },
  {
    name: 'a limit of -1 is none',
    run: () =>
      inCgroup({ pids: { limit: -1 } }, (cgroup) => assert.equal(cgroup.stats().pids.limit, Number.POSITIVE_INFINITY)),
  },
  {
    name: 'killAll ends a program that goes on forking',
    run: () =>
      inCgroup({ pids: { limit: 200 } }, (cgroup) => {
        const pid = execIn(cgroup, BOMB);
        waitUntil('it has many children', () => cgroup.stats().pids.current > 50);
        cgroup.killAll();
        assert.deepEqual(end(pid), { signaled: SIGKILL });
        waitUntil('all are gone', () => cgroup.processes().length === 0);
      }),
  },
  {
    name: 'killAll reaches cgroups that the container made below its own',
    run: () =>
      inCgroup({}, (cgroup) => {
        const pid = burnIn(cgroup);
        waitUntil('it is in', () => cgroup.processes().includes(pid));
        for (const { folder, version } of cgroup.parts) {
          mkdirSync(join(folder, 'inner'));
          if (version === 1 && existsSync(join(folder, 'cpuset.cpus'))) {
            for (const file of ['cpuset.cpus', 'cpuset.mems']) writeFileSync(join(folder, 'inner', file), '0');
          }
          writeFileSync(join(folder, 'inner/cgroup.procs'), String(pid));
        }
        assert.deepEqual(cgroup.processes(), [pid]);
        cgroup.killAll();
        assert.deepEqual(end(pid), { signaled: SIGKILL });
      }),
  },
  {
    name: 'killAll ends frozen processes too',
    run: () =>
      inCgroup({}, (cgroup) => {
        const pid = burnIn(cgroup);
        waitUntil('it is in', () => cgroup.processes().includes(pid));
        cgroup.freeze();
        cgroup.killAll();
        assert.deepEqual(end(pid), { signaled: SIGKILL });
      }),
  },
  {
    name: 'killAll ends what is frozen in a cgroup below',
    run: () =>
      inCgroup({}, (cgroup) => {
        const inner = createCgroup(`${cgroup.path}/inner`, {});
        const pid = burnIn(inner);
        waitUntil('it is in', () => inner.processes().includes(pid));
        inner.freeze();
        cgroup.killAll();
        assert.deepEqual(end(pid), { signaled: SIGKILL });
        inner.remove();
      }),
  },
  {
    name: 'killAll leaves its caller, who is in there too',
    run: () =>
      inCgroup({}, (cgroup) => {
        const other = burnIn(cgroup);
        waitUntil('it is in', () => cgroup.processes().includes(other));
        const caller = startIn(cgroup, () => {
          cgroup.killAll();
          assert.throws(() => cgroup.remove(), /EBUSY.*still has processes/s); // at once
          return cgroup.processes().includes(other) ? 1 : 0;
        });
        assert.deepEqual(end(other), { signaled: SIGKILL });
        assert.deepEqual(end(caller), { exited: 0 });
      }),
  },
];
