// What a container is doing, asked of the kernel: a file may be old, and anybody may have been killed meanwhile.

import { openCgroup } from '../cgroups/cgroup.ts';
import { close } from '../linux/files.ts';
import { isAwaited } from '../runtime/exec-fifo.ts';
import { tryLock } from '../runtime/lock.ts';
import { isAlive } from '../runtime/state.ts';
import { type Container, fifoOf } from './store.ts';

export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/**
 * creating: somebody is at it. created: its first process waits at the fifo. paused: its cgroup is frozen. stopped: the
 * first process is gone, or is a zombie that nobody has waited for yet.
 * @param hasLock says that we hold the container's lock, so that nobody else is at it.
 */
export function statusOf(container: Container, { hasLock = false } = {}): Status {
  if (container.status === 'creating') return !hasLock && isLocked(container) ? 'creating' : 'stopped';
  if (!isAlive({ ...container, status: 'running' })) return 'stopped';
  if (openCgroup(container.cgroupPath).isFrozen()) return 'paused';
  return isAwaited(fifoOf(container)) ? 'created' : 'running';
}

function isLocked({ folder }: Container): boolean {
  const lock = tryLock(folder);
  if (lock !== undefined) close(lock);
  return lock === undefined;
}

/** What `state` and `list` print. */
export interface ReportedState {
  ociVersion: string;
  id: string;
  /** 0 for one that has stopped. */
  pid: number;
  status: Status;
  bundle: string;
  rootfs: string;
  created: string;
  annotations?: Record<string, string>;
  owner: string;
}

export function report(container: Container, owner = ''): ReportedState {
  const { ociVersion, id, bundle, rootfs, created, annotations } = container;
  const status = statusOf(container);
  const pid = status === 'stopped' ? 0 : (container.pid ?? 0);
  return { ociVersion, id, pid, status, bundle, rootfs, created, ...(annotations ? { annotations } : {}), owner };
}
