// The init layer: a thin layer between the image and the container's upper folder that holds the mount points.
//
// A mount needs something to be mounted on. Were a missing /etc/hosts or /proc made at the start, it would be made in
// the upper folder, show up in the diff and end up in a commit. So it is made here, one layer below, where nobody looks.
//
// The layer hides as little of the image as it can:
// - What the image has stays. Only what it lacks is made. One thing is replaced: what stands at /etc/hosts,
//   /etc/hostname or /etc/resolv.conf and is no file, such as a link into the /run of a systemd that does not run here.
// - The topmost layer that has a folder decides its owner, mode and time, so our /etc gets those of the image's.
// - Where the image has a link in place of /etc, nothing is made below it. The mounts find their way through the link,
//   inside the root, and what they lack they make in the upper folder.
// It says nothing about the container, only about the image's layers.

import { mkdirSync } from 'node:fs';
import { O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_WRONLY, S_IFDIR, S_IFREG } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, fchmod, fchown, mkdirat, open, openat, type Stat, symlinkat, utimensat } from '../linux/files.ts';
import { closeMerged, enter, lookUp, type MergedFolder, openFolder, openMerged } from './merged.ts';
import { type Marks, usualMarks } from './whiteouts.ts';

/** What stands ready under a name: a folder, an empty file, or a link. */
type MountPoint = 'folder' | 'file' | { link: string };
type MountPoints = Readonly<Record<string, MountPoint>>;

const IN_ROOT: MountPoints = { proc: 'folder', sys: 'folder', dev: 'folder' }; // what goes below finds a place there
const IN_ETC: MountPoints = {
  hosts: 'file',
  hostname: 'file',
  'resolv.conf': 'file',
  mtab: { link: '/proc/mounts' }, // what older programs read to learn what is mounted
};

/**
 * Makes the folder, which must not exist, with the mount points that the image lacks.
 * @param layers the image's, the topmost first.
 */
export function makeInitLayer(folder: string, layers: readonly string[], marks: Marks = usualMarks()): void {
  mkdirSync(folder);
  const image = openMerged(layers, marks);
  const init = open(folder, O_DIRECTORY | O_CLOEXEC);
  try {
    fchmod(init, 0o755); // whatever the umask
    makeAll(init, lacking(image, IN_ROOT, marks));
    makeEtc(init, image, marks);
  } finally {
    close(init);
    closeMerged(image);
  }
}

/** Makes /etc, if anything is missing in it. */
function makeEtc(init: number, image: MergedFolder, marks: Marks): void {
  const original = lookUp(image, 'etc', marks);
  if (original !== undefined && original.type !== S_IFDIR) return;
  const imageEtc = enter(image, 'etc', marks);
  const missing = lacking(imageEtc, IN_ETC, marks);
  closeMerged(imageEtc);
  if (Object.keys(missing).length === 0) return;
  const etc = makeFolder(init, 'etc');
  makeAll(etc, missing);
  if (original !== undefined) dressLike(etc, original);
  close(etc);
}

/** Those that the image does not have. A file is wanted as a file; of the rest, whatever stands there will do. */
function lacking(image: MergedFolder, wanted: MountPoints, marks: Marks): MountPoints {
  const isThere = (name: string, point: MountPoint) => {
    const found = lookUp(image, name, marks);
    return point === 'file' ? found?.type === S_IFREG : found !== undefined;
  };
  return Object.fromEntries(Object.entries(wanted).filter(([name, point]) => !isThere(name, point)));
}

function makeAll(folder: number, points: MountPoints): void {
  for (const [name, point] of Object.entries(points)) {
    if (point === 'folder') close(makeFolder(folder, name));
    else if (point === 'file') makeFile(folder, name);
    else symlinkat(point.link, folder, name);
  }
}

/** @returns a descriptor of it. */
function makeFolder(parent: number, name: string): number {
  mkdirat(parent, name, 0o755);
  const fd = openFolder(parent, name);
  fchmod(fd, 0o755);
  return fd;
}

function makeFile(parent: number, name: string): void {
  const fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644);
  fchmod(fd, 0o644);
  close(fd);
}

/** Owner, mode and time of the image's folder. The time comes last, since making something in a folder changes it. */
function dressLike(fd: number, { uid, gid, mode, mtimeNs }: Stat): void {
  try {
    fchown(fd, uid, gid);
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error; // an ordinary user can give nothing away: it stays theirs
  }
  fchmod(fd, mode & 0o7777);
  utimensat(fd, '.', mtimeNs);
}
