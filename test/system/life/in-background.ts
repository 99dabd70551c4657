// Containers in the background, for the tests of one file: behind its last test they are removed.

import { afterAll, expect } from 'vitest';
import { slipway } from '../slipway.ts';

const names = new Set<string>();
afterAll(() => slipway(['rm', '-f', '-v', ...names]));

/** For a container that a test makes in another way. */
export function removeLater(...more: string[]): void {
  for (const name of more) names.add(name);
}

/** Runs a shell script in a container of that name; one from a try before makes way. */
export async function background(name: string, script: string, flags: readonly string[] = []): Promise<void> {
  if (names.has(name)) await slipway(['rm', '-f', name]);
  names.add(name);
  const { code, stderr } = await slipway(['run', '-d', '--name', name, ...flags, 'box', 'sh', '-c', script]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

/** What `ps` says of it: `Up 3 seconds`. */
export async function statusOf(name: string): Promise<string> {
  return (await slipway(['ps', '-a', '-f', `name=^${name}$`, '--format', '{{.Status}}'])).stdout.trim();
}
