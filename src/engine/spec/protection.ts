// What of the kernel the program does not see, may not change, and may not call. --privileged takes all of it away.

import { machine } from '../../linux/door.ts';
import type { Linux, Seccomp } from '../../oci.ts';
import { maskedPaths, READONLY_PATHS } from '../../security/paths.ts';
import { dockerProfile } from '../../security/profile.ts';
import type { SecurityOptions } from '../options.ts';
import type { SpecContext } from './context.ts';
import { grantedCapabilities } from './process.ts';
import { readSeccompFile } from './seccomp-file.ts';

/** @throws Error when the file of a seccomp profile cannot be used. */
export function makeProtection(
  security: SecurityOptions,
  context: Pick<SpecContext, 'capabilities'>,
): Pick<Linux, 'maskedPaths' | 'readonlyPaths' | 'seccomp'> {
  const seccomp = makeSeccomp(security, grantedCapabilities(security, context));
  const isOpen = security.privileged || security.unmasked;
  return {
    maskedPaths: isOpen ? [] : maskedPaths(),
    readonlyPaths: isOpen ? [] : [...READONLY_PATHS],
    ...(seccomp === undefined ? {} : { seccomp }),
  };
}

/** A privileged container has no filter, unless one was asked for by name. */
function makeSeccomp(security: SecurityOptions, capabilities: readonly string[]): Seccomp | undefined {
  const { seccomp, privileged } = security;
  if (seccomp === 'unconfined') return undefined;
  if (seccomp !== 'default') return readSeccompFile(seccomp.file, capabilities, machine);
  return privileged ? undefined : dockerProfile(capabilities, machine);
}
