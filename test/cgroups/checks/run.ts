// Runs one check in this process: `node run.ts 'a fork bomb ends at the limit of processes'`. It says nothing when it is
// so, and ends with 1 and the reason when it is not. What the machine has is in the variable SLIPWAY_CHECK_HAS.

import { CHECKS } from './all.ts';

const [name] = process.argv.slice(2);
const check = Object.values(CHECKS)
  .flat()
  .find((each) => each.name === name);
if (!check) throw new Error(`there is no check "${name}"`);
check.run();
