// The checks of test/cgroups/checks in a virtual machine, each in a process of its own.

import { describe, expect, test } from 'vitest';
import type { VmOptions } from '../../scripts/vm/vm.ts';
import { CHECKS, missingFor } from '../cgroups/checks/all.ts';
import type { Need } from '../cgroups/checks/check.ts';
import { describeInVm } from './in-vm.ts';

const NODE = ['node', '--single-threaded', '--v8-pool-size=0', '--disable-sigusr1', '--no-warnings'];
const RUN = '/slipway/checks.mjs';

/** Every check that such a machine can take is a test. */
export function testChecks(cgroups: NonNullable<VmOptions['cgroups']>, has: readonly Need[]): void {
  const env = { SLIPWAY_CHECK_HAS: has.join(','), NODE_COMPILE_CACHE: '/tmp/compile-cache' };
  describeInVm(`on a machine with cgroups ${cgroups}`, { cgroups }, (run) => {
    for (const [subject, checks] of Object.entries(CHECKS)) {
      describe(subject, () => {
        for (const { name } of checks.filter((check) => missingFor(check, has).length === 0)) {
          test(name, async () => {
            expect(await run([...NODE, RUN, name], { env })).toEqual({ code: 0, stdout: '', stderr: '' });
          });
        }
      });
    }
  });
}
