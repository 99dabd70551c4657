// Hands the descriptor by which a seccomp filter asks for decisions to the agent that makes them. The agent listens at a unix
// socket, and gets one message per container: its state, as JSON, and with the first byte the descriptor.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#the-container-process-state

import { close, write } from '../linux/files.ts';
import { sendFd } from '../linux/pass-fd.ts';
import { pidfd_getfd } from '../linux/process.ts';
import { connectUnix, socket } from '../linux/sockets.ts';
import type { Spec } from '../oci.ts';
import { containerFolder } from './places.ts';

/** What is known of the container, and of the process that is to run in it. */
interface Process {
  id: string;
  status: 'creating' | 'running';
  pid: number;
}

/**
 * Takes the descriptor `fd` out of the process, which waits, and sends it on.
 * @throws SyscallError ECONNREFUSED or ENOENT when nobody listens; EPERM without rights over the process.
 */
export function handToAgent(pidfd: number, fd: number, spec: Spec, process: Process): void {
  const { listenerPath = '', listenerMetadata: metadata } = spec.linux?.seccomp ?? {};
  const { ociVersion, annotations } = spec;
  const state = { ociVersion, ...process, bundle: containerFolder(process.id), annotations };
  const message = { ociVersion, fds: ['seccompFd'], pid: process.pid, metadata, state };
  const listener = pidfd_getfd(pidfd, fd);
  const connection = socket();
  try {
    connectUnix(connection, listenerPath);
    const text = Buffer.from(JSON.stringify(message));
    sendFd(connection, listener, text[0]);
    writeAll(connection, text.subarray(1));
  } finally {
    close(connection);
    close(listener);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(write(fd, rest));
}
