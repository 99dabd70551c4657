// slipway-oci delete: removes a container that has stopped, or waits to be started, or with --force any.

import { keepFoldersOpen } from '../../cgroups/folders.ts';
import { toggle } from '../../cli/flag-kinds.ts';
import { killProcess } from '../../engine/leftovers.ts';
import { SIGKILL } from '../../linux/constants.ts';
import { poll } from '../../linux/poll.ts';
import type { Spec } from '../../oci.ts';
import { lockHolder } from '../../runtime/lock.ts';
import { destroy, removeFolder } from '../destroy.ts';
import type { Context } from '../globals.ts';
import { parseWords } from '../help.ts';
import { withLock } from '../lock.ts';
import { signalFirst } from '../signal.ts';
import { statusOf } from '../status.ts';
import { type Container, folderOf, loadConfig, tryLoad } from '../store.ts';

const PATIENCE_MS = 5000;
const PAUSE_MS = 5;

const FLAGS = { force: toggle('End its processes first, and do not mind if it is not there', { short: 'f' }) };

export default function deleteCommand(words: readonly string[], { root, log }: Context): number {
  const parsed = parseWords('delete', FLAGS, words, [1, 1]);
  if (!parsed) return 0;
  const { force } = parsed.values;
  keepFoldersOpen(); // this process has to do with one cgroup, and ends with it
  const id = parsed.rest[0] as string;
  const container = tryLoad(root, id);
  if (container === undefined) return deleteRemains(root, id, force);
  if (force) endWork(container);
  withLock(container, () => {
    if (!force) refuseBusy(container);
    for (const sentence of destroy(container, tryConfig(container))) log.warn(sentence);
  });
  return 0;
}

/** A killed `create` may leave a folder that was never complete. */
function deleteRemains(root: string, id: string, force: boolean): number {
  removeFolder(folderOf(root, id));
  if (!force) throw new Error(`container "${id}" does not exist in ${root}`);
  return 0;
}

/** Ends its first process, and whoever is just creating it. Who starts it lets go then. */
function endWork(container: Container): void {
  signalFirst(container, SIGKILL);
  for (const deadline = Date.now() + PATIENCE_MS; isBeingCreated(container) && Date.now() < deadline; ) {
    killProcess(() => lockHolder(container.folder));
    poll([], PAUSE_MS); // its child has the lock too, and dies with it
  }
}

function isBeingCreated(container: Container): boolean {
  return statusOf(container) === 'creating';
}

/** One that only waits is nobody's loss. */
function refuseBusy(container: Container): void {
  const status = statusOf(container, { hasLock: true });
  if (status !== 'stopped' && status !== 'created')
    throw new Error(
      `cannot delete container "${container.id}" that is not stopped: ${status}. With --force it is ended first`,
    );
}

/** Without it there are no hooks to run, and all else can be done. */
function tryConfig(container: Container): Spec | undefined {
  try {
    return loadConfig(container);
  } catch {
    return undefined;
  }
}
