// Names that people choose: of a container, a host, a domain.

const SHOWN = '[a-zA-Z0-9][a-zA-Z0-9_.-]';

/** Docker's character set; at least two characters. @throws Error when it is another. */
export function parseContainerName(text: string): string {
  const name = text.replace(/^\//, '');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) || name.length > 255) {
    throw new Error(`invalid container name (${text}), only ${SHOWN} are allowed, and from 2 to 255 of them`);
  }
  return name;
}

/** The same set for volumes. @throws Error when it is another. */
export function parseVolumeName(text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(text) && text.length <= 255) return text;
  throw new Error(
    `"${text}" includes invalid characters for a local volume name, only "${SHOWN}" are allowed. If you intended to pass a host directory, use absolute path`,
  );
}

/** What the kernel takes (64 bytes, man 2 sethostname) and what may stand in /etc/hosts. @throws Error otherwise. */
export function parseHostname(text: string): string {
  if (/^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$/.test(text) && text.length <= 64) return text;
  throw new Error(`invalid hostname format: ${text}. It has letters, digits, dots and hyphens, 64 at most`);
}

/** Below /sys/fs/cgroup. @throws Error when the path would lead out of there. */
export function parseCgroupParent(text: string): string {
  const names = text.split('/').filter(Boolean);
  if (names.length > 0 && names.every((name) => name !== '..' && name !== '.' && !/[\n\0]/.test(name))) return text;
  throw new Error(`"${text}" is no path of a cgroup. Write it as /mine/containers`);
}
