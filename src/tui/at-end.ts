// What has to be undone should we be ended in between: `slipway` command lines, run one by one.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { HOME } from '../learn/home.ts';

const pending = new Set<readonly string[]>();

/** @returns what takes it back, once it is not needed any more. */
export function atEnd(words: readonly string[]): () => void {
  pending.add(words);
  return () => pending.delete(words);
}

export function undoPending(): void {
  for (const words of pending) spawnSync(join(HOME, 'slipway'), words, { stdio: 'ignore' });
}
