// slipway-oci events: what a container uses, every so often, and when one of its processes is ended for want of memory. Each
// is a line of JSON.

import { setTimeout as sleep } from 'node:timers/promises';
import { openCgroup } from '../../cgroups/cgroup.ts';
import { toggle, valueOr } from '../../cli/flag-kinds.ts';
import { hasReader, print } from '../../cli/print.ts';
import { parseDuration } from '../duration.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { statsEvent } from '../stats-event.ts';
import { statusOf } from '../status.ts';
import { type Container, load } from '../store.ts';

const FLAGS = {
  interval: valueOr('TIME', 'How often, such as 500ms, 5s or 1m', parseDuration, 5000),
  stats: toggle('Once, and no more'),
};

/** The kernel's counter of such ends is asked so often. */
const LOOK_MS = 100;

export default async function eventsCommand(words: readonly string[], { root }: Context): Promise<number> {
  const parsed = parseWords('events', FLAGS, words, [1, 1]);
  if (!parsed) return 0;
  const container = load(root, parsed.rest[0] as string);
  if (statusOf(container) === 'stopped') throw new Error(`container not running: "${container.id}" has stopped`);
  if (parsed.values.stats) say(statsEvent(container));
  else await follow(container, parsed.values.interval);
  return 0;
}

/** Until the container stops, or nobody reads it any more. */
async function follow(container: Container, intervalMs: number): Promise<void> {
  const cgroup = openCgroup(container.cgroupPath);
  let kills = cgroup.oomKills();
  let due = Date.now() + intervalMs;
  while (hasReader() && statusOf(container) !== 'stopped') {
    await sleep(Math.min(LOOK_MS, intervalMs));
    const now = cgroup.oomKills();
    for (; kills < now; kills++) say({ type: 'oom', id: container.id });
    if (Date.now() < due) continue;
    due += intervalMs;
    say(statsEvent(container));
  }
}

function say(event: object): void {
  print(`${JSON.stringify(event)}\n`);
}
