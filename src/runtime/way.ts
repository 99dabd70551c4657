// How a container is started: for `slipway run`, whose shim stays the parent of the first process, or for `slipway-oci
// create`, which goes away, leaves that process to whoever called it, and has it wait before the user's program.

import type { ProgramIo } from './program-io.ts';
import type { State } from './state.ts';

export interface Way {
  io: ProgramIo;
  records: Records;
  /** Takes sentences that the user should read: what this machine could not give. */
  notice: (sentence: string) => void;
  /** Where init waits for the word to start (exec-fifo.ts), once its parent has let it go. */
  execFifo?: number;
  /** Keeps the caller's session keyring (--no-new-keyring). */
  keepsKeyring?: boolean;
  /** The bundle's folder, of which hooks are told. */
  bundleFolder: string;
}

/** Writes down what becomes of a container, so that it is known again after a crash. */
export interface Records {
  saveBundle(): void;
  /** The cgroup is the container's own from now on, and so is whatever runs in it. Not said where it cannot have one. */
  ownsCgroup?(path: string): void;
  saveState(state: State): void;
}
