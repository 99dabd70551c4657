// One of two threads for disk.test.ts: opens many volumes, each at the same moment as the other, and tells what failed.

import { parentPort, workerData } from 'node:worker_threads';
import { openVolume } from '../../src/runtime/volumes.ts';

const arrived = new Int32Array(workerData as SharedArrayBuffer); // at each of the volumes
const failures: string[] = [];
for (const round of arrived.keys()) {
  Atomics.add(arrived, round, 1);
  while (Atomics.load(arrived, round) < 2); // closer together than anything that sleeps
  try {
    openVolume(`volume-${round}`);
  } catch (error) {
    failures.push((error as Error).message);
  }
}
parentPort?.postMessage(failures);
