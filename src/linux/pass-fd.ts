// Hands an open file to another process through a unix socket (SCM_RIGHTS, man 7 unix).

import { addressOf, bind, call } from './door.ts';

const native = {
  sendmsg: bind('long sendmsg(int fd, const void *message, int flags)'),
  recvmsg: bind('long recvmsg(int fd, void *message, int flags)'),
};

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;
const CONTROL_SIZE = 24; // struct cmsghdr is 16 bytes, one descriptor 4, rounded up to 8

/** struct msghdr with one byte of data, since a message of nothing carries nothing, and room for one descriptor. */
function makeMessage(): { header: Buffer; control: Buffer; keep: Buffer[] } {
  const data = Buffer.alloc(8);
  const vector = Buffer.alloc(16); // struct iovec: address, length
  vector.writeBigUInt64LE(addressOf(data), 0);
  vector.writeBigUInt64LE(1n, 8);
  const control = Buffer.alloc(CONTROL_SIZE);
  const header = Buffer.alloc(56);
  header.writeBigUInt64LE(addressOf(vector), 16);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(addressOf(control), 32);
  header.writeBigUInt64LE(BigInt(CONTROL_SIZE), 40);
  return { header, control, keep: [data, vector] };
}

/** Sends a copy of the descriptor `fd`. */
export function sendFd(socket: number, fd: number): void {
  const { header, control } = makeMessage();
  control.writeBigUInt64LE(20n, 0); // cmsg_len: header and one descriptor
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  control.writeInt32LE(fd, 16);
  call(
    'sendmsg',
    () => `${socket}, {SCM_RIGHTS, [${fd}]}, 0`,
    () => native.sendmsg(socket, header, 0),
  );
}

/** The descriptor that the other side sent, closed by execve. */
export function receiveFd(socket: number): number {
  const { header, control } = makeMessage();
  const show = () => `${socket}, {SCM_RIGHTS, [${control.readInt32LE(16)}]}, MSG_CMSG_CLOEXEC`;
  call('recvmsg', show, () => native.recvmsg(socket, header, MSG_CMSG_CLOEXEC));
  if (control.readInt32LE(12) !== SCM_RIGHTS) throw new Error('a message without a descriptor came where one was due');
  return control.readInt32LE(16);
}
