// The freezer: a program that is frozen does not go on, and knows nothing of it.

import { strict as assert } from 'node:assert';
import { type Cgroup, createCgroup, openCgroup } from '../../../src/cgroups/cgroup.ts';
import { burnIn, type Check, inCgroup, waitUntil } from './check.ts';

function used(cgroup: Cgroup): number {
  return cgroup.stats().cpu.usageNs;
}

/** Uses up this much processor time of our own, in which a program that runs would get some too. */
function workMs(ms: number): void {
  const until = process.cpuUsage().user + ms * 1000;
  while (process.cpuUsage().user < until);
}

export const freezerChecks: Check[] = [
  {
    name: 'a frozen program stands still, and goes on when it is thawed',
    run: () =>
      inCgroup({}, (cgroup) => {
        burnIn(cgroup);
        waitUntil('it runs', () => used(cgroup) > 50e6);
        cgroup.freeze();
        const frozenAt = used(cgroup);
        workMs(300);
        assert.equal(used(cgroup), frozenAt);
        cgroup.thaw();
        waitUntil('it goes on', () => used(cgroup) > frozenAt + 50e6);
      }),
  },
  {
    name: 'freezing twice and thawing twice is harmless',
    run: () =>
      inCgroup({}, (cgroup) => {
        burnIn(cgroup);
        for (const step of ['freeze', 'freeze', 'thaw', 'thaw'] as const) cgroup[step]();
        const now = used(cgroup);
        waitUntil('it goes on', () => used(cgroup) > now);
      }),
  },
  {
    name: 'a start in a frozen cgroup is refused',
    run: () =>
      inCgroup({}, (cgroup) => {
        cgroup.freeze();
        assert.throws(() => createCgroup(cgroup.path, {}), /is frozen/);
        cgroup.thaw();
        createCgroup(cgroup.path, {});
      }),
  },
  {
    name: 'a start below a frozen cgroup is refused, and leaves nothing',
    run: () =>
      inCgroup({}, (cgroup) => {
        cgroup.freeze();
        assert.throws(() => createCgroup(`${cgroup.path}/inner`, {}), /is frozen/);
        cgroup.thaw();
        assert.deepEqual(openCgroup(`${cgroup.path}/inner`).parts, []);
      }),
  },
];
