// Tests that share one virtual machine (scripts/vm):
//
//     describeInVm('limits', {}, (run) => {
//       test('…', async () => expect((await run(['true'])).code).toBe(0));
//     });

import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Result, type RunOptions, Vm, type VmOptions, whyNot } from '../../scripts/vm/vm.ts';

export type Run = (argv: string[], options?: RunOptions) => Promise<Result>;

/** Boots a machine for the tests of `body`. Where none can be had they are skipped aloud, and on CI that is a failure. */
export function describeInVm(name: string, options: VmOptions, body: (run: Run) => void): void {
  const missing = whyNot();
  if (missing && process.env.CI) {
    test(name, () => {
      throw new Error(missing);
    });
    return;
  }
  if (missing) console.warn(`SKIPPED, ${name}: ${missing}`);
  describe.skipIf(missing)(name, () => {
    let vm: Vm | undefined;
    beforeAll(async () => {
      vm = await Vm.start(options);
    });
    afterAll(() => vm?.stop());
    body((argv, runOptions) => {
      if (!vm) throw new Error('the virtual machine did not start');
      return vm.run(argv, runOptions);
    });
  });
}
