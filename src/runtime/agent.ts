// Hands the descriptor by which a seccomp filter asks for decisions to the agent that makes them. The agent listens at a unix
// socket, and gets one message per container: its state, as JSON, and with the first byte the descriptor.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#the-container-process-state

import { close, write } from '../linux/files.ts';
import { sendFd } from '../linux/pass-fd.ts';
import { pidfd_getfd } from '../linux/process.ts';
import { connectUnix, socket } from '../linux/sockets.ts';
import type { Spec } from '../oci.ts';
import type { HookState } from './hooks.ts';

/**
 * Takes the descriptor `fd` out of the process, which waits, and sends it on.
 * @throws SyscallError ECONNREFUSED or ENOENT when nobody listens; EPERM without rights over the process.
 */
export function handToAgent(pidfd: number, fd: number, { linux = {} }: Spec, state: HookState): void {
  const { listenerPath = '', listenerMetadata: metadata } = linux.seccomp ?? {};
  const { ociVersion, pid } = state;
  const message = { ociVersion, fds: ['seccompFd'], pid, metadata, state };
  const listener = pidfd_getfd(pidfd, fd);
  const connection = socket();
  try {
    connectUnix(connection, listenerPath);
    const text = Buffer.from(JSON.stringify(message));
    sendFd(connection, listener, text.subarray(0, 1));
    writeAll(connection, text.subarray(1));
  } finally {
    close(connection);
    close(listener);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(write(fd, rest));
}
