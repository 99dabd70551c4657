// Memory: the limit and what happens at it, swap, and the reservation.

import { strict as assert } from 'node:assert';
import type { Cgroup } from '../../../src/cgroups/cgroup.ts';
import { readFile } from '../../../src/cgroups/files.ts';
import { SIGKILL } from '../../../src/linux/constants.ts';
import { type Check, inCgroup, takeMemory } from './check.ts';

const MIB = 1024 * 1024;

/** The file of v1 or of v2, whichever has memory here. */
function memoryFile(cgroup: Cgroup, v1: string, v2: string): string | undefined {
  const part = cgroup.parts.find(({ controllers }) => controllers.includes('memory'));
  return part && readFile(part, part.version === 1 ? v1 : v2);
}

export const memoryChecks: Check[] = [
  {
    name: 'a program that wants more memory than its limit is killed, and that is counted',
    run: () =>
      inCgroup({ memory: { limit: 64 * MIB, swap: 64 * MIB } }, (cgroup) => {
        assert.deepEqual(takeMemory(cgroup, 20 * MIB), { exited: 0 });
        assert.equal(cgroup.stats().memory.oomKills, 0);
        assert.deepEqual(takeMemory(cgroup, 200 * MIB), { signaled: SIGKILL });
        assert.equal(cgroup.stats().memory.oomKills, 1);
      }),
  },
  {
    name: 'now, peak and limit are read back',
    run: () =>
      inCgroup({ memory: { limit: 64 * MIB, swap: 64 * MIB } }, (cgroup) => {
        takeMemory(cgroup, 40 * MIB);
        const { bytes, peakBytes, limitBytes } = cgroup.stats().memory;
        assert.equal(limitBytes, 64 * MIB);
        assert.ok(peakBytes > 40 * MIB && peakBytes <= 64 * MIB, `peak ${peakBytes}`);
        assert.ok(bytes < 20 * MIB, `now ${bytes}`);
      }),
  },
  {
    name: 'without a limit the limit is Infinity',
    run: () => inCgroup({}, (cgroup) => assert.equal(cgroup.stats().memory.limitBytes, Number.POSITIVE_INFINITY)),
  },
  {
    name: 'a limit can be raised above the old sum with swap, and lowered, and taken away',
    run: () =>
      inCgroup({ memory: { limit: 32 * MIB, swap: 64 * MIB } }, (cgroup) => {
        for (const limit of [256 * MIB, 16 * MIB]) {
          cgroup.update({ memory: { limit, swap: 2 * limit } });
          assert.equal(cgroup.stats().memory.limitBytes, limit);
        }
        cgroup.update({ memory: { limit: -1 } });
        assert.equal(cgroup.stats().memory.limitBytes, Number.POSITIVE_INFINITY);
      }),
  },
  {
    name: 'a reservation is handed to the kernel',
    run: () =>
      inCgroup({ memory: { reservation: 32 * MIB } }, (cgroup) => {
        assert.equal(memoryFile(cgroup, 'memory.soft_limit_in_bytes', 'memory.low'), `${32 * MIB}`);
      }),
  },
  {
    name: 'with swap a program may go beyond its memory, up to the sum',
    needs: ['own machine'],
    run: () =>
      inCgroup({ memory: { limit: 32 * MIB, swap: 128 * MIB } }, (cgroup) => {
        assert.deepEqual(takeMemory(cgroup, 80 * MIB), { exited: 0 });
        assert.ok(cgroup.stats().memory.peakBytes <= 32 * MIB);
        assert.deepEqual(takeMemory(cgroup, 144 * MIB), { signaled: SIGKILL });
      }),
  },
  {
    name: 'on v2 the limit on swap is what is left of the sum',
    needs: ['v2'],
    run: () =>
      inCgroup({ memory: { limit: 32 * MIB, swap: 48 * MIB } }, (cgroup) => {
        assert.equal(memoryFile(cgroup, '', 'memory.swap.max'), `${16 * MIB}`);
      }),
  },
  {
    name: 'on v2 the OOM killer cannot be switched off, and that is said',
    needs: ['v2'],
    run: () =>
      inCgroup({ memory: { limit: 32 * MIB, disableOOMKiller: true } }, (cgroup) => {
        assert.match(cgroup.refused.join(), /OOM killer .* is left out/);
      }),
  },
  {
    name: 'on v1 the OOM killer can be switched off',
    needs: ['v1'],
    run: () =>
      inCgroup({ memory: { limit: 32 * MIB, disableOOMKiller: true } }, (cgroup) => {
        assert.match(memoryFile(cgroup, 'memory.oom_control', '') ?? '', /oom_kill_disable 1/);
      }),
  },
];
