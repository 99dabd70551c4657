// What a security module of the kernel is told about the program: the name of an AppArmor profile, or a label of SELinux. It
// is said ahead of execve, and holds from there on (Documentation/admin-guide/LSM, man 5 proc: /proc/PID/attr).

import { existsSync, readFileSync } from 'node:fs';
import { isErrno } from '../linux/door.ts';
import { writeToProc } from '../linux/proc-write.ts';
import type { Process } from '../oci.ts';

/** True where AppArmor decides about programs. Asked on the host's side. */
export function hasAppArmor(): boolean {
  const file = '/sys/module/apparmor/parameters/enabled';
  return existsSync(file) && readFileSync(file, 'utf8').startsWith('Y');
}

export function hasSelinux(): boolean {
  return existsSync('/sys/fs/selinux/enforce');
}

/** Called inside the root, before no_new_privs, which would forbid the change. @throws Error for a profile that is not loaded. */
export function setLabels({ apparmorProfile, selinuxLabel }: Process): void {
  if (selinuxLabel) writeToProc('/proc/self/attr/exec', selinuxLabel);
  if (!apparmorProfile) return;
  try {
    writeToProc('/proc/self/attr/apparmor/exec', `exec ${apparmorProfile}`);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || error.call !== 'write') throw error;
    throw new Error(`the AppArmor profile ${apparmorProfile} is not loaded: \`aa-status\` lists those that are`);
  }
}
