// What most tests of `run` do: a shell line in box, and a look at what is left.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { homeOf, slipway } from './slipway.ts';
import type { User } from './users.ts';

/** What a shell line prints in a container, which has nothing to complain of. */
export async function sh(flags: readonly string[], line: string, user?: User): Promise<string> {
  const { code, stdout, stderr } = await slipway(['run', '--rm', ...flags, 'box', 'sh', '-c', line], { user });
  expect({ flags, code, stderr }).toEqual({ flags, code: 0, stderr: '' });
  return stdout.trim();
}

/** All that is left of containers on disk. */
export function leftovers(user?: User): string[] {
  return ['containers', 'names', 'trash'].flatMap((name) => {
    const folder = join(homeOf(user).SLIPWAY_ROOT, name);
    return existsSync(folder) ? readdirSync(folder) : [];
  });
}
