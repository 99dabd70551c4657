// The null device of a container, which the image, and later the container's root, has a say in: /dev/null may be a
// link to /proc/sys/kernel/core_pattern, or a FIFO that never answers (CVE-2025-31133). So what was opened is looked at.

import { O_CLOEXEC, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, S_IFCHR } from '../linux/constants.ts';
import { close, fstat, open } from '../linux/files.ts';

/**
 * Opens /dev/null, if it is the character device 1:3 and nothing else. Called inside the root.
 * @param flags O_PATH or O_RDONLY. @throws Error when it is anything else, SyscallError when it is not there.
 */
export function openNull(flags: number): number {
  const fd = open('/dev/null', flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  const { type, rdevMajor, rdevMinor } = fstat(fd);
  if (type === S_IFCHR && rdevMajor === 1 && rdevMinor === 3) return fd;
  close(fd);
  throw new Error('/dev/null in the container is not the null device: refusing to use it');
}
