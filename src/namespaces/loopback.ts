// A new network namespace holds one device, lo, and that is switched off: 127.0.0.1 answers only once it is up.

import { setInterfaceUp } from '../linux/netdevice.ts';

/** Switches the loopback device on. Called inside the new namespace. */
export function raiseLoopback(): void {
  setInterfaceUp('lo');
}
