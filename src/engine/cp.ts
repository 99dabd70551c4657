// `cp`: files and folders from a container to the host, or from the host to a container; and as a tar archive from stdin or
// to stdout. It works as `cp -a` does, by Docker's rules:
//
//     source       destination     what becomes of it
//     file         missing         the file, by that name; with a / at its end an error
//     file         file            the file in its place
//     file         folder          the file in the folder
//     folder       missing         the folder, by that name
//     folder       file            an error
//     folder       folder          the folder in the folder
//     folder/.     folder          what is in the one, in the other
//
// The folder above the destination has to be there. A link is copied as a link, but for -L, and for one that the
// destination names. The copy is an archive on its way: packed on the one side, and placed on the other.
//
// Source: https://docs.docker.com/reference/cli/docker/container/cp/

import { basename, dirname, normalize, resolve } from 'node:path';
import { O_CLOEXEC, O_DIRECTORY, O_PATH, POLLIN, POLLOUT, S_IFDIR, S_IFREG } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { ERRNO } from '../linux/errno.ts';
import { close, fstat, fstatfs, tryRead, tryWrite } from '../linux/files.ts';
import { openInRoot } from '../linux/in-root.ts';
import { poll } from '../linux/poll.ts';
import { type IdMaps, idOutside } from '../namespaces/idmap.ts';
import { pack } from '../tar/pack.ts';
import { unpacked } from '../tar/packed.ts';
import { type Place, unpack } from '../tar/place.ts';
import type { Pull } from '../tar/reader.ts';
import { withFilesOf } from './container-files.ts';
import { assertsFolder, isContent, isFolder, type Located, locate } from './locate.ts';

/** What is copied where. */
export interface CopyOptions {
  container: string;
  containerPath: string;
  /** `-` is stdin or stdout. */
  hostPath: string;
  /** A link that the source names is followed. */
  followLink: boolean;
  /** The owners are kept (-a). Without it, what is copied belongs to the container's root, or to whoever copies. */
  archive: boolean;
}

export interface Copied {
  /** Bytes of content, where that is known without a look at all of it. */
  content?: number;
  /** Bytes of the archive. */
  transferred: number;
}

type Ids = { uid: number; gid: number };

/** @throws Error by Docker's words. */
export function copyFromContainer(options: CopyOptions): Copied {
  return withFilesOf(options.container, (files) => {
    const source = findSource(files.rootFd, normalizeIn(options.containerPath), options, missingIn(options));
    const owner = options.archive ? (ids: Ids) => ids : () => OURS;
    const archive = new Archive(files.rootFd, source, (ids) => idsInside(ids, files.ids));
    if (options.hostPath === '-') archive.writeTo(1);
    else {
      const { folder, as } = findDestination(files.hostFd, hostPath(options.hostPath), source);
      archive.placeIn({ rootFd: openInRoot(files.hostFd, folder, O_PATH | O_DIRECTORY), folder: '', owner }, as);
    }
    return archive.copied();
  });
}

/** @throws Error by Docker's words. */
export function copyToContainer(options: CopyOptions): Copied {
  return withFilesOf(options.container, ({ rootFd, hostFd, ids }) => {
    const owner = (each: Ids) => idsOutside(options.archive ? each : ROOT, ids);
    const path = normalizeIn(options.containerPath);
    if (options.hostPath === '-') return copyStream(rootFd, path, owner, options);
    const source = findSource(
      hostFd,
      hostPath(options.hostPath),
      options,
      (path) => `lstat ${path}: no such file or directory`,
    );
    const { folder, as } = findDestinationInside(rootFd, path, source, options);
    refuseReadonly(rootFd, folder);
    const archive = new Archive(hostFd, source, (each) => each);
    archive.placeIn({ rootFd, folder, owner }, as);
    return archive.copied();
  });
}

const ROOT: Ids = { uid: 0, gid: 0 };
/** Whoever copies. In a user namespace an ordinary user is its root. */
const OURS: Ids = { uid: -1, gid: -1 };

function idsOutside({ uid, gid }: Ids, maps: IdMaps | undefined): Ids {
  if (maps === undefined) return { uid, gid };
  const outside = { uid: idOutside(uid, maps.uid), gid: idOutside(gid, maps.gid) };
  if (outside.uid === undefined || outside.gid === undefined)
    throw new Error(`the container has no user ${uid}:${gid}`);
  return outside as Ids;
}

function idsInside({ uid, gid }: Ids, maps: IdMaps | undefined): Ids {
  const turned = (list: IdMaps['uid']) =>
    list.map(({ containerID, hostID, size }) => ({ containerID: hostID, hostID: containerID, size }));
  if (maps === undefined) return { uid, gid };
  return { uid: idOutside(uid, turned(maps.uid)) ?? NOBODY, gid: idOutside(gid, turned(maps.gid)) ?? NOBODY };
}

/** The kernel's own answer for an id that is not mapped (/proc/sys/kernel/overflowuid). */
const NOBODY = 65_534;

/** A container's path begins at its root, with / or without. Its .. are taken away first, as Docker does. */
function normalizeIn(path: string): string {
  return keepEnd(normalize(`/${path}`), path);
}

function hostPath(path: string): string {
  return keepEnd(resolve(path), path);
}

/** What stands at the end of a path means something here, and normalize() takes some of it away. */
function keepEnd(path: string, original: string): string {
  const plain = path === '/' ? '' : path.replace(/\/$/, '');
  if (isContent(original)) return `${plain}/.`;
  return original.endsWith('/') || plain === '' ? `${plain}/` : plain;
}

interface Source extends Located {
  /** How the first entry is called. */
  as: string;
}

function findSource(
  rootFd: number,
  path: string,
  { followLink }: CopyOptions,
  missing: (path: string) => string,
): Source {
  const located = orMissing(path, missing, () => locate(rootFd, path, followLink));
  if (located.stat === undefined) throw new Error(missing(path));
  return { ...located, as: isContent(path) || path === '/' ? '.' : basename(path) };
}

function orMissing<Result>(path: string, missing: (path: string) => string, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw new Error(missing(path));
    if (isErrno(error, 'ENOTDIR')) throw new Error(`${path}: not a directory`);
    throw error;
  }
}

function missingIn({ container }: CopyOptions): (path: string) => string {
  return (path) => `Could not find the file ${path} in container ${container}`;
}

/** Which folder the archive goes into, and how its first entry is called there. */
interface Destination {
  folder: string;
  as: string;
}

function findDestinationInside(rootFd: number, path: string, source: Source, options: CopyOptions): Destination {
  const located = orMissing(path, missingIn(options), () => locateOrMissing(rootFd, path, source));
  const type = located.stat?.type;
  if (type !== undefined && type !== S_IFDIR && type !== S_IFREG) {
    throw new Error(
      `destination "${options.container}:${options.containerPath}" must be a directory or a regular file`,
    );
  }
  return destinationOf(located, source);
}

function findDestination(rootFd: number, path: string, source: Source): Destination {
  const missing = (path: string) => `invalid output path: directory "${dirname(path)}" does not exist`;
  const located = orMissing(path, missing, () => locateOrMissing(rootFd, path, source));
  const type = located.stat?.type;
  if (type !== undefined && type !== S_IFDIR && type !== S_IFREG) {
    throw new Error(`invalid output path: "${path}" must be a directory or a regular file`);
  }
  return destinationOf(located, source);
}

/** A folder may be copied to `new/`, which is made by it; a file may not. */
function locateOrMissing(rootFd: number, path: string, source: Source): Located {
  try {
    return locate(rootFd, path, true);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || !assertsFolder(path)) throw error;
    const located = locate(rootFd, path.replace(/\/\.?$/, ''), true);
    if (located.stat === undefined && !isFolder(source)) throw new Error('no such directory');
    return located;
  }
}

function destinationOf(located: Located, source: Source): Destination {
  const { folder, name, stat } = located;
  if (isFolder(located)) return { folder: name === '.' ? folder : `${folder}/${name}`, as: source.as };
  if (stat !== undefined && isFolder(source)) throw new Error('cannot copy directory');
  return { folder, as: name };
}

/** Docker's words for what the kernel would refuse at the first file. */
function refuseReadonly(rootFd: number, folder: string): void {
  const fd = openInRoot(rootFd, folder, O_DIRECTORY);
  try {
    if (!fstatfs(fd).isReadonly) return;
    const isRoot = fstat(fd).mountId === fstat(rootFd).mountId;
    throw new Error(isRoot ? 'container rootfs is marked read-only' : 'mounted volume is marked read-only');
  } finally {
    close(fd);
  }
}

/** An archive from stdin, packed or not, placed in a folder of the container. */
function copyStream(rootFd: number, path: string, owner: Place['owner'], options: CopyOptions): Copied {
  const located = orMissing(path, missingIn(options), () => locate(rootFd, path, true));
  if (!isFolder(located))
    throw new Error(`destination "${options.container}:${options.containerPath}" must be a directory`);
  const { folder } = destinationOf(located, { ...located, as: '.' });
  refuseReadonly(rootFd, folder);
  let transferred = 0;
  const pull = unpacked(readerOf(0));
  unpack(
    () => {
      const bytes = pull();
      transferred += bytes?.length ?? 0;
      return bytes;
    },
    { rootFd, folder, owner },
  );
  return { transferred };
}

/** A source on its way. */
class Archive {
  readonly #rootFd: number;
  readonly #source: Source;
  readonly #mapIds: (ids: Ids) => Ids;
  #transferred = 0;

  constructor(rootFd: number, source: Source, mapIds: (ids: Ids) => Ids) {
    this.#rootFd = rootFd;
    this.#source = source;
    this.#mapIds = mapIds;
  }

  placeIn(place: Place, as: string): void {
    const bytes = this.#bytes(as);
    unpack(() => bytes.next().value ?? undefined, place);
  }

  writeTo(fd: number): void {
    for (const bytes of this.#bytes(this.#source.as)) writeAll(fd, bytes);
  }

  copied(): Copied {
    const { stat } = this.#source;
    return { ...(stat?.type === S_IFREG ? { content: stat.size } : {}), transferred: this.#transferred };
  }

  *#bytes(as: string): Generator<Buffer, undefined> {
    const { folder, name } = this.#source;
    const fd = openInRoot(this.#rootFd, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (const bytes of pack(fd, name, { as, mapIds: this.#mapIds })) {
      this.#transferred += bytes.length;
      yield bytes;
    }
    close(fd);
  }
}

const READ_BYTES = 256 * 1024;

/** Reads a descriptor that may not be ready, as Node leaves a pipe. */
function readerOf(fd: number): Pull {
  return () => {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const count = tryRead(fd, buffer);
      if (count > 0) return buffer.subarray(0, count);
      if (count === 0) return undefined;
      if (count !== -ERRNO.EAGAIN && count !== -ERRNO.EINTR) throw new Error(`stdin cannot be read (error ${-count})`);
      poll([{ fd, events: POLLIN }]);
    }
  };
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; ) {
    const count = tryWrite(fd, rest);
    if (count >= 0) rest = rest.subarray(count);
    else if (count === -ERRNO.EAGAIN || count === -ERRNO.EINTR) poll([{ fd, events: POLLOUT }]);
    else
      throw new Error(
        count === -ERRNO.EPIPE
          ? 'the reader of the archive went away'
          : `stdout cannot be written to (error ${-count})`,
      );
  }
}
