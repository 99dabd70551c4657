// Waiting for a condition in place of a fixed time.

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves as soon as `holds` gives something true, with that. @throws Error after `timeoutMs`, naming what was waited for. */
export async function until<T>(
  what: string,
  holds: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, false | undefined | null | 0 | ''>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await holds();
    if (answer) return answer as Exclude<T, false | undefined | null | 0 | ''>;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(5);
  }
}
