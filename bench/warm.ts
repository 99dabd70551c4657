// Starts containers one after another in this one process, and prints how long each took, as a JSON list of milliseconds.

import { toContainerOptions } from '../src/cli/container-options.ts';
import { parseFlags } from '../src/cli/flags.ts';
import { RUN_FLAGS } from '../src/cli/run-flags.ts';
import { runToEnd } from '../src/engine/run.ts';

const WARM_UP = 10;
const turns = Number(process.argv[2]);
const { values, rest } = parseFlags(RUN_FLAGS, ['--rm', 'box', 'true']);
const times: number[] = [];

for (let turn = 0; turn < WARM_UP + turns; turn++) {
  const begin = process.hrtime.bigint();
  const { exitCode } = await runToEnd(toContainerOptions(values, rest), () => {});
  if (exitCode !== 0) throw new Error(`the container ended with ${exitCode}`);
  if (turn >= WARM_UP) times.push(Number(process.hrtime.bigint() - begin) / 1e6);
}
console.log(JSON.stringify(times));
process.exit();
