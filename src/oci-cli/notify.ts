// $NOTIFY_SOCKET: where a service tells systemd that it is ready (man 3 sd_notify).
//
//     program in the container  →  <id>/notify/notify.sock, which it sees below /run/notify  →  start  →  $NOTIFY_SOCKET
//
// The container does not get the host's own socket: what it may say is READY alone, and systemd hears it from `start`, which
// belongs to the service. So `start` stays until the program is ready, or has ended.

import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { O_CLOEXEC, O_PATH, POLLIN } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { close, open, pipe2, read, write } from '../linux/files.ts';
import { sendFd } from '../linux/pass-fd.ts';
import { poll } from '../linux/poll.ts';
import { pidfd_open } from '../linux/process.ts';
import { bindUnix, connectUnix, socket } from '../linux/sockets.ts';
import type { Spec } from '../oci.ts';
import { exists } from '../runtime/disk.ts';

const INSIDE = '/run/notify';

function folderOf(container: string): string {
  return join(container, 'notify');
}

/** The specification for a container whose program may say that it is ready. @param folder the container's. */
export function withNotify(spec: Spec, folder: string): Spec {
  mkdirSync(folderOf(folder), { mode: 0o755 });
  const options = ['bind', 'nosuid', 'noexec', 'nodev', 'ro'];
  const mount = { destination: INSIDE, type: 'bind', source: folderOf(folder), options };
  const env = [...(spec.process.env ?? []), `NOTIFY_SOCKET=${INSIDE}/notify.sock`];
  return { ...spec, mounts: [...(spec.mounts ?? []), mount], process: { ...spec.process, env } };
}

/** Opens the container's socket, before its program begins. Undefined when it was created without. */
export function listenForReady(folder: string): number | undefined {
  if (!exists(folderOf(folder))) return undefined;
  const fd = socket(0, 'SOCK_DGRAM');
  const place = open(folderOf(folder), O_PATH | O_CLOEXEC); // the whole path may be longer than a socket's
  rmSync(join(folderOf(folder), 'notify.sock'), { force: true });
  bindUnix(fd, `/proc/self/fd/${place}/notify.sock`);
  chmodSync(join(folderOf(folder), 'notify.sock'), 0o777); // whoever the program runs as
  close(place);
  return fd;
}

/** The host's socket. Undefined when nobody listens there: whoever has started us does not wait for the program. */
export function connectHost(path: string): number | undefined {
  const fd = socket(0, 'SOCK_DGRAM');
  try {
    connectUnix(fd, path);
    return fd;
  } catch (error) {
    close(fd);
    if (isErrno(error, 'ENOENT', 'ECONNREFUSED')) return undefined;
    throw error;
  }
}

/** Waits until the program is ready, and tells the host; or until it has ended. */
export function passReadyOn(fd: number, pid: number, host: number): void {
  const pidfd = pidfd_open(pid);
  for (;;) {
    const [said, ended] = poll([fd, pidfd].map((each) => ({ fd: each, events: POLLIN })));
    if (said && isReady(fd)) return tellHost(host, pid);
    if (!said && ended) return;
  }
}

function isReady(fd: number): boolean {
  const message = Buffer.alloc(4096);
  const text = message.toString('utf8', 0, read(fd, message));
  return text.split('\n').includes('READY=1');
}

const PATIENCE_MS = 30_000;

/**
 * systemd looks at who has sent a message when it reads it. So we stay until it has, which we hear by a pipe: it closes the
 * end that comes with BARRIER=1.
 */
function tellHost(host: number, pid: number): void {
  for (const line of ['READY=1\n', `MAINPID=${pid}\n`]) write(host, Buffer.from(line));
  const [ours, theirs] = pipe2(O_CLOEXEC);
  sendFd(host, theirs, Buffer.from('BARRIER=1'));
  close(theirs);
  poll([{ fd: ours, events: 0 }], PATIENCE_MS);
  close(ours);
}
