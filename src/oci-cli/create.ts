// Makes a container of a bundle, up to where its program waits for `start`.
//
//     slipway-oci create   forks a process with one thread, and waits for it
//       creator            clones init (runtime/run.ts), records it, lets it go, and ends
//         init             waits at the exec fifo; its parent is now whoever called us, or the subreaper above that

import { close } from '../linux/files.ts';
import { hasNew } from '../namespaces/flags.ts';
import type { Spec } from '../oci.ts';
import type { Runnable } from '../runtime/bundle.ts';
import { makeExecFifo } from '../runtime/exec-fifo.ts';
import type { ProgramIo } from '../runtime/program-io.ts';
import { startContainer } from '../runtime/run.ts';
import type { Records } from '../runtime/way.ts';
import { destroy, removeFolder } from './destroy.ts';
import { inForkedChild } from './forked.ts';
import type { Log } from './log.ts';
import { withNotify } from './notify.ts';
import { writePidFile } from './pid-file.ts';
import { type Container, claim, fifoOf, load, save, saveConfig } from './store.ts';

export interface Creation {
  id: string;
  /** The state of all containers lies there. */
  root: string;
  bundleFolder: string;
  spec: Spec;
  io: ProgramIo;
  keepsKeyring: boolean;
  pidFile?: string | undefined;
  log: Log;
}

/** @returns the container, whose lock this process holds until releaseLock(). @throws Error; nothing is left then. */
export function createContainer(creation: Creation): Container {
  const container = claimContainer(creation);
  const { folder } = container;
  try {
    const spec = process.env.NOTIFY_SOCKET ? withNotify(creation.spec, folder) : creation.spec;
    saveConfig(folder, spec);
    const execFifo = makeExecFifo(fifoOf(container));
    inForkedChild(creation.log, (notice) => {
      const { io, keepsKeyring, bundleFolder } = creation;
      const way = { io, records: recordsOf(container), notice, execFifo, keepsKeyring, bundleFolder };
      return startContainer(bundleOf(container, spec), way).pid;
    });
    close(execFifo);
    const created = load(creation.root, creation.id);
    if (creation.pidFile !== undefined) writePidFile(creation.pidFile, created.pid as number);
    return created;
  } catch (error) {
    abandon(container, creation);
    throw error;
  }
}

/** The container before anything is made of it. */
export function claimContainer({ id, root, bundleFolder, spec }: Creation): Container {
  const folder = claim(root, id);
  const { ociVersion, annotations, linux } = spec;
  const container: Container = {
    folder,
    ociVersion,
    id,
    bundle: bundleFolder,
    rootfs: spec.root.path,
    created: new Date().toISOString(),
    ...(annotations ? { annotations } : {}),
    status: 'creating',
    ...(hasNew(linux?.namespaces ?? [], 'pid') ? {} : { sharesPids: true }),
  };
  try {
    save(container);
  } catch (error) {
    removeFolder(folder); // on a full disk
    throw error;
  }
  return container;
}

/** Takes away what there is of it. What cannot be removed now, `delete` finds. */
export function abandon({ id }: Container, { root, spec, log }: Creation): void {
  try {
    for (const sentence of destroy(load(root, id), spec)) log.warn(sentence);
  } catch (error) {
    log.warn((error as Error).message); // that which brought us here is the one to report
  }
}

/** From the moment on that its first process is known. */
export function recordsOf(container: Container): Records {
  let known = container;
  const add = (more: Partial<Container>) => {
    known = { ...known, ...more };
    save(known);
  };
  return {
    saveBundle: () => {}, // it is, from the beginning on
    ownsCgroup: (cgroupPath) => add({ cgroupPath }),
    saveState: ({ pid, pidStartedAt, bootId }) => {
      add({ ...({ pid, pidStartedAt, bootId } as Identity), status: 'created' });
    },
  };
}

type Identity = Required<Pick<Container, 'pid' | 'pidStartedAt' | 'bootId'>>;

/** What the runtime takes: a root that is a plain folder, and nothing of our own store. */
export function bundleOf({ id }: Container, spec: Spec): Runnable {
  return { id, layers: [], copyUps: [], spec };
}
