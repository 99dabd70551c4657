// Compiles what a learner's program imports of Slipway, once for all the times that it is started. Node keeps what it has
// compiled in NODE_COMPILE_CACHE when it exits; but such a program ends by _exit or execve, and would never keep anything.

import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { HOME } from './home.ts';
import { PATIENCE_VARIABLE } from './patience.ts';

/** In the guard, so it is gone with it. */
export const WITH_CACHE = ['env', 'NODE_COMPILE_CACHE=/tmp/compile-cache', ...PATIENCE_VARIABLE];

export async function warmUp(file: string): Promise<void> {
  const names = [...readFileSync(file, 'utf8').matchAll(/from 'slipway\/([^']+)'/g)].map(([, name = '']) => name);
  await Promise.allSettled([...names, 'learn/lab/report.ts'].map((name) => import(join(HOME, 'src', name))));
  flushCompileCache();
}
