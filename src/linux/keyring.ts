// The session keyring of this process (man 2 keyctl).

import { quote, showFlags } from './decode.ts';
import { bindNumber, call } from './door.ts';

const native = {
  keyctlName: bindNumber('keyctl', 'int operation, const char *name'),
  keyctlNumbers: bindNumber('keyctl', 'int operation, long a, long b, long c'),
};

const KEYCTL_JOIN_SESSION_KEYRING = 1;
const KEYCTL_SETPERM = 5;

/** man 3 keyctl_join_session_keyring: a session keyring of this name, made when there is none. @returns its serial. */
export function keyctlJoinSessionKeyring(name: string): number {
  const show = () => `KEYCTL_JOIN_SESSION_KEYRING, ${quote(name)}`;
  return call('keyctl', show, () => native.keyctlName(KEYCTL_JOIN_SESSION_KEYRING, name));
}

/** man 3 keyctl_setperm: who may do what, the possessor in the highest byte, then user, group and others. */
export function keyctlSetPermission(key: number, permission: number): void {
  const show = () => `KEYCTL_SETPERM, ${key}, ${showFlags(KEY_PERMISSIONS, permission)}`;
  call('keyctl', show, () => native.keyctlNumbers(KEYCTL_SETPERM, key, permission, 0));
}

/** `KEY_POS_VIEW` is bit 24, `KEY_OTH_SETATTR` bit 5. */
const KEY_PERMISSIONS = Object.fromEntries(
  ['OTH', 'GRP', 'USR', 'POS'].flatMap((who, byte) =>
    ['VIEW', 'READ', 'WRITE', 'SEARCH', 'LINK', 'SETATTR'].map((what, bit) => [
      `KEY_${who}_${what}`,
      1 << (byte * 8 + bit),
    ]),
  ),
);
