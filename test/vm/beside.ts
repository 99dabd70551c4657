// A container that stays while the test does something beside it.

import { expect, vi } from 'vitest';
import { PATIENCE, type Run } from './in-vm.ts';

/** Starts a container, does `work` once it runs, and removes it. */
export async function beside(run: Run, flags: string[], script: string, work: () => Promise<void>): Promise<void> {
  const command = ['slipway', 'run', '--name', 'beside', ...flags, 'box', 'sh', '-c', script];
  const running = run(command, { timeoutMs: 300_000 });
  try {
    await vi.waitFor(async () => expect(await inside(run, 'true')).toMatchObject({ code: 0, stderr: '' }), PATIENCE);
    await work();
  } finally {
    await run(['slipway', 'rm', '-f', 'beside']);
    await running;
  }
}

/** Runs a shell script in that container. */
export function inside(run: Run, script: string) {
  return run(['slipway', 'exec', 'beside', 'sh', '-c', script]);
}
