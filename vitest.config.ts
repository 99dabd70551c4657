// Three kinds of tests: unit (any user), system (root, the real kernel), vm (a kernel with cgroup v2 alone, in qemu).

import { defineConfig } from 'vitest/config';

// Tests fork this very process, so it runs with the flags that make a fork safe (see src/linux/fork.ts).
const forkSafe = { pool: 'forks' as const, execArgv: ['--single-threaded', '--v8-pool-size=0', '--no-warnings'] };

// One kind after the other, since each wants the machine for itself. A machine may be busy with other things, and a test of
// processes then be too late: on CI it gets two more tries, and scripts/summary.ts names those that needed them.
const order = (groupOrder: number) => ({ sequence: { groupOrder }, retry: process.env.CI ? 2 : 0 });

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary.ts'],
    projects: [
      {
        test: {
          ...order(0),
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/system/**', 'test/vm/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...order(1),
          ...forkSafe,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          globalSetup: 'test/system/global-setup.ts',
          fileParallelism: false,
          maxConcurrency: 3, // of tests that say of themselves that they may run beside others
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...order(2),
          name: 'vm',
          include: ['test/vm/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
