// Cgroups on this machine, whichever version it has: the checks of test/cgroups/checks, each in a process of its own.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../src/cgroups/detect.ts';
import { CHECKS, missingFor } from '../cgroups/checks/all.ts';
import type { Need } from '../cgroups/checks/check.ts';
import { findDisk } from '../cgroups/checks/disk.ts';

const CHECKOUT = join(import.meta.dirname, '../..');

/** The version that has the memory controller; a hybrid machine may have others elsewhere. */
const memory = detectHierarchies().find(({ controllers }) => controllers.includes('memory'));

const has: Need[] = [
  ...(detectHierarchies().some(({ version }) => version === 2) ? ['unified' as const] : []),
  ...(memory ? [`v${memory.version}` as const] : []),
  ...(findDisk(false) ? ['disk' as const] : []),
  ...(existsSync('/sys/fs/cgroup/cpu/cpu.rt_runtime_us') ? ['realtime' as const] : []),
];

for (const [subject, checks] of Object.entries(CHECKS)) {
  describe(`cgroups: ${subject}`, () => {
    for (const check of checks) {
      test(check.name, (context) => {
        const missing = missingFor(check, has);
        if (missing.length > 0) context.skip(`cannot: it needs ${missing.join(' and ')}, as the vm tests have it`);
        const script = [join(CHECKOUT, 'scripts/node.sh'), join(CHECKOUT, 'test/cgroups/checks/run.ts'), check.name];
        const { status, stderr } = spawnSync('/bin/sh', script, {
          cwd: CHECKOUT,
          encoding: 'utf8',
          env: {
            ...process.env,
            NODE_COMPILE_CACHE: join(CHECKOUT, '.cache/node-compile'),
            SLIPWAY_CHECK_HAS: has.join(','),
          },
        });
        expect(stderr).toBe('');
        expect(status).toBe(0);
      });
    }
  });
}
