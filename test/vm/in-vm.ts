// Tests that share one virtual machine (scripts/vm):
//
//     describeInVm('limits', {}, (run) => {
//       test('…', async () => expect((await run(['true'])).code).toBe(0));
//     });

import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { type Result, type RunOptions, Vm, type VmOptions, whyNot } from '../../scripts/vm/vm.ts';

/** For what comes true by itself, soon. */
export const PATIENCE = { timeout: 60_000, interval: 200 };

export type Run = (argv: string[], options?: RunOptions) => Promise<Result>;

/** Boots a machine for the tests of `body`. Where none can be had they are skipped, with a reason that no CI excuses. */
export function describeInVm(name: string, options: VmOptions, body: (run: Run) => void): void {
  const missing = whyNot();
  describe(name, () => {
    let vm: Vm | undefined;
    beforeAll(async () => {
      if (!missing) vm = await Vm.start(options);
    });
    beforeEach((context) => {
      if (missing) context.skip(missing);
    });
    afterAll(() => vm?.stop());
    body((argv, runOptions) => {
      if (!vm) throw new Error('the virtual machine did not start');
      return vm.run(argv, runOptions);
    });
  });
}

/** Runs a shell script in a new container. */
export function inBox(run: Run, flags: readonly string[], script: string, options: RunOptions = {}): Promise<Result> {
  return run(['slipway', 'run', '--rm', ...flags, 'box', 'sh', '-c', script], options);
}
