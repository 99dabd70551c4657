// The last words of a test run: why each skipped test was skipped, which kinds of tests were left out, and one line with
// the numbers. On CI a test that is skipped, or left out, although the machine could run it is a failure: only a reason
// that begins with "cannot:" is taken as an excuse, and says what the machine lacks that no package brings.

import { basename } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const EXCUSE = 'cannot:';

export default class Summary implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    for (const test of skipped) console.log(`SKIPPED: ${test.fullName}: ${reasonOf(test)}`);
    for (const test of tests.filter((each) => each.diagnostic()?.flaky))
      console.log(`PASSED ONLY WHEN TRIED AGAIN: ${test.fullName}: ${firstErrorOf(test)}`);
    const leftOut = process.env.SLIPWAY_LEFT_OUT?.trim() ?? '';
    if (leftOut !== '') console.log(leftOut);
    const unexcused = skipped.filter((test) => !reasonOf(test).startsWith(EXCUSE)).length;
    if (process.env.CI && (unexcused > 0 || leftOut !== '')) {
      console.log(`FAILED: ${unexcused} tests were skipped that this machine could run`);
      process.exitCode = 1;
    }
    const failed = count('failed') + brokenFiles + errors.length;
    console.log(`Tests: ${count('passed')} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

/** Why the first try failed, in short: the file and the line, and what was not as expected. */
function firstErrorOf(test: TestCase): string {
  const [error] = test.result().errors ?? [];
  if (error === undefined) return 'no error was given';
  const place = error.stacks?.[0];
  const where = place === undefined ? '' : ` (${basename(place.file)}:${place.line})`;
  return `${error.message.slice(0, LONGEST)}${where}`;
}

/** Characters of an error that are shown. */
const LONGEST = 1000;

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason was given';
}
