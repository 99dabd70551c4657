// Programs that start the learner's and become it, in other circumstances than the guard's: for `lab.around`.

import { findProgram } from '../../runtime/program.ts';

/** By its path: a shell of busybox has an unshare of its own, with fewer flags. */
const UNSHARE = pathOf('unshare');

/** As a user without rights, who owns the same files. */
export const AS_A_USER = [UNSHARE, '--user', '--map-user=54321', '--map-group=54321'];

/**
 * As a user without rights, who may change no cgroup either, although the same files are theirs. The guard's root may: its
 * cgroups are handed to it.
 */
export const AS_AN_ORDINARY_USER = [
  ...[UNSHARE, '--mount', 'sh', '-c'],
  `grep -E ' - cgroup2? ' /proc/self/mountinfo | cut -d ' ' -f 5 |
     while read -r place; do mount -o remount,bind,ro "$place"; done; exec ${AS_A_USER.join(' ')} "$@"`,
  'sh',
];

/** On a machine whose mounts are shared, as systemd makes them. */
export const WHERE_MOUNTS_ARE_SHARED = [UNSHARE, '--mount', '--propagation=shared'];

/** Where there is none, its name: whoever starts it hears why. */
function pathOf(name: string): string {
  try {
    return findProgram(name, [`PATH=${process.env.PATH}`]);
  } catch {
    return name;
  }
}
