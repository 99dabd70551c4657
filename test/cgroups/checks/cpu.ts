// Processor time: the quota, the weight, the processors, and realtime.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { type Cgroup, createCgroup } from '../../../src/cgroups/cgroup.ts';
import { sharesToWeight } from '../../../src/cgroups/cpu.ts';
import { readFile } from '../../../src/cgroups/files.ts';
import { assertNear, burnIn, type Check, end, inCgroup, startIn, waitUntil } from './check.ts';

/** Nanoseconds of processor time that a cgroup has used. */
function used(cgroup: Cgroup): number {
  return cgroup.stats().cpu.usageNs;
}

/** How much of one processor it gets, while it uses up `ns` of processor time. */
function shareOfTime(cgroup: Cgroup, ns: number): number {
  const [before, startedAt] = [used(cgroup), process.hrtime.bigint()];
  waitUntil('processor time was used', () => used(cgroup) >= before + ns);
  return (used(cgroup) - before) / Number(process.hrtime.bigint() - startedAt);
}

/**
 * A busy program gets this share of one processor, within 10 %: by the clock not more, and in every period at whose end
 * it was held back not less. (On a machine that has much else to do it may get less by the clock.)
 */
function assertQuota(cgroup: Cgroup, share: number): void {
  const before = cgroup.stats().cpu;
  const byTheClock = shareOfTime(cgroup, 30 * share * PERIOD_NS);
  const now = cgroup.stats().cpu;
  assert.ok(byTheClock < share * 1.1, `by the clock it got ${byTheClock} of a processor`);
  const throttled = now.throttledPeriods - before.throttledPeriods;
  assert.ok(throttled >= 10 && throttled <= now.periods - before.periods, `held back in ${throttled} periods`);
  const perPeriod = (now.usageNs - before.usageNs) / throttled;
  assert.ok(perPeriod > share * PERIOD_NS * 0.9, `in each of them it got ${perPeriod} ns`);
}

const PERIOD_NS = 100e6;

export const cpuChecks: Check[] = [
  {
    name: 'a quota of 20 ms in 100 gives a busy program a fifth of a processor, within 10 %',
    run: () =>
      inCgroup({ cpu: { quota: 20_000, period: 100_000 } }, (cgroup) => {
        burnIn(cgroup);
        waitUntil('it is held back', () => cgroup.stats().cpu.throttledPeriods > 2);
        assertQuota(cgroup, 0.2);
        assert.ok(cgroup.stats().cpu.throttledNs > 0);
      }),
  },
  {
    name: 'without a quota the same program gets more than that, and is never held back',
    run: () =>
      inCgroup({}, (cgroup) => {
        burnIn(cgroup);
        // A machine that has much else to do gives it its turns later.
        waitUntil('it gets more than a third of a processor', () => shareOfTime(cgroup, 100e6) > 0.33);
        assert.equal(cgroup.stats().cpu.throttledPeriods, 0);
      }),
  },
  {
    name: 'a quota can be changed while the program runs',
    run: () =>
      inCgroup({ cpu: { quota: 5_000, period: 100_000 } }, (cgroup) => {
        burnIn(cgroup);
        waitUntil('it is held back', () => cgroup.stats().cpu.throttledPeriods > 0);
        assert.deepEqual(cgroup.update({ cpu: { quota: 30_000 } }), []);
        waitUntil('a new period has begun', () => cgroup.stats().cpu.throttledPeriods > 3);
        assertQuota(cgroup, 0.3);
      }),
  },
  {
    name: 'shares divide a processor that two programs want, in their proportion',
    run: () =>
      inCgroup({ cpu: { shares: 1024, cpus: '0' } }, (small) => {
        inCgroup({ cpu: { shares: 4096, cpus: '0' } }, (big) => {
          burnIn(small);
          burnIn(big);
          waitUntil('both have begun', () => used(small) > 50e6 && used(big) > 50e6);
          const [smallBefore, bigBefore] = [used(small), used(big)];
          const isV2 = small.parts.some(({ version, controllers }) => version === 2 && controllers.includes('cpu'));
          const expected = isV2 ? sharesToWeight(4096) / sharesToWeight(1024) : 4;
          // In a virtual machine whose host is busy a turn may last long, so the proportion comes out in the long run.
          waitUntil(`the big one gets ${expected} times as much, within 10 %`, () => {
            const smallUsed = used(small) - smallBefore;
            const ratio = (used(big) - bigBefore) / smallUsed;
            return smallUsed > 300e6 && Math.abs(ratio - expected) < expected * 0.1;
          });
        });
      }),
  },
  {
    name: 'a program in a cpuset runs only on its processors',
    run: () =>
      inCgroup({ cpu: { cpus: '1', mems: '0' } }, (cgroup) => {
        const pid = burnIn(cgroup);
        // On v1 it joins one hierarchy after the other.
        const isBound = /Cpus_allowed_list:\t1\nMems_allowed:.*\nMems_allowed_list:\t0\n/;
        waitUntil('it is bound', () => isBound.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
      }),
  },
  {
    name: 'realtime time can be had on v1, though a new cgroup has none',
    needs: ['v1', 'realtime'],
    run: () =>
      inCgroup({}, (parent) => {
        const resources = { cpu: { realtimePeriod: 1_000_000, realtimeRuntime: 50_000 } };
        const cgroup = createCgroup(`${parent.path}/inner`, resources);
        const part = cgroup.parts.find(({ controllers }) => controllers.includes('cpu'));
        assert.ok(part && readFile(part, 'cpu.rt_runtime_us') === '50000');
        assert.deepEqual(cgroup.refused, []);
      }),
  },
  {
    name: 'realtime time is left out on v2, and that is said',
    needs: ['v2'],
    run: () =>
      inCgroup({ cpu: { realtimeRuntime: 50_000 } }, (cgroup) => {
        assert.match(cgroup.refused.join(), /realtime processor time .* is left out/);
      }),
  },
  {
    name: 'processor time of user and kernel are counted apart, and on v2 add up to the whole',
    run: () =>
      inCgroup({}, (cgroup) => {
        end(
          startIn(cgroup, () => {
            for (let i = 0; i < 500_000; i++) process.hrtime();
            for (let i = 0; i < 2000; i++) readFileSync('/proc/self/status');
            return 0;
          }),
        );
        const { usageNs, userNs, systemNs } = cgroup.stats().cpu;
        assert.ok(userNs > 0 && systemNs > 0);
        // v1 asks at every tick of the clock who runs, and so is only roughly right.
        const isV1 = cgroup.parts.some(({ controllers }) => controllers.includes('cpuacct'));
        if (!isV1) assertNear(userNs + systemNs, usageNs, 0.01, 'user and system time');
      }),
  },
];
