// A session keyring of the container's own: keys that the host's user holds there stay out of reach (man 7 keyrings).

import { keyctlJoinSessionKeyring, keyctlSetPermission } from '../linux/credentials.ts';
import { isErrno } from '../linux/door.ts';

/** The possessor may do all, and the user may search it: that is how `exec` finds it again. */
const PERMISSION = 0x3f_08_00_00;

/** Joins a new session keyring, or the one of this name. A kernel without keyrings has nothing to hide. */
export function joinNewKeyring(name: string): void {
  try {
    keyctlSetPermission(keyctlJoinSessionKeyring(name), PERMISSION);
  } catch (error) {
    if (!isErrno(error, 'ENOSYS', 'EPERM', 'EACCES')) throw error;
  }
}
