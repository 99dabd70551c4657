// slipway-oci kill: a signal for a container.

import { openCgroup } from '../../cgroups/cgroup.ts';
import { toggle } from '../../cli/flag-kinds.ts';
import { parseSignal } from '../../engine/signal.ts';
import { SIGKILL } from '../../linux/constants.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { signalAll, signalFirst } from '../signal.ts';
import { statusOf } from '../status.ts';
import { type Container, load } from '../store.ts';

const FLAGS = { all: toggle('Send it to every process of the container', { short: 'a' }) };

export default function killCommand(words: readonly string[], { root }: Context): number {
  const parsed = parseWords('kill', FLAGS, words, [1, 2]);
  if (!parsed) return 0;
  const [id = '', name = 'SIGTERM'] = parsed.rest;
  const container = load(root, id);
  const signal = parseSignal(name);
  if (parsed.values.all) signalAll(container, signal);
  else signalOne(container, signal);
  return 0;
}

function signalOne(container: Container, signal: number): void {
  const status = statusOf(container);
  const isSent = status !== 'stopped' && signalFirst(container, signal);
  if (!isSent) throw new Error(`container not running: "${container.id}" has stopped`); // engines look for these words
  if (signal === SIGKILL && status === 'paused') openCgroup(container.cgroupPath).thaw(); // on v1 it dies only then
}
