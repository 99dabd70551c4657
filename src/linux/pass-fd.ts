// Hands an open file to another process through a unix socket (SCM_RIGHTS, man 7 unix).

import { quoteBytes, showStruct } from './decode.ts';
import { addressOf, bind, call } from './door.ts';

const native = {
  sendmsg: bind('long sendmsg(int fd, const void *message, int flags)'),
  recvmsg: bind('long recvmsg(int fd, void *message, int flags)'),
  recvfrom: bind('long recvfrom(int fd, void *buffer, size_t size, int flags, void *address, void *length)'),
};

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;
const MSG_PEEK = 2;

/** Where the parts of a message lie in one Buffer, so that they live as long as the call. */
const AT = { header: 0, vector: 56, control: 72, data: 96 } as const;
const CONTROL_SIZE = 20; // struct cmsghdr is 16 bytes, and one descriptor 4: a second would not fit, and is not taken

/** One byte, since a message of nothing carries nothing. */
const NO_WORDS = Buffer.from([0]);

/** struct msghdr with its data, and room for one descriptor. */
function makeMessage(data = NO_WORDS): Buffer {
  const message = Buffer.concat([Buffer.alloc(AT.data), data]);
  const pointTo = (part: keyof typeof AT, at: number) =>
    message.writeBigUInt64LE(addressOf(message) + BigInt(AT[part]), at);
  pointTo('vector', AT.header + 16);
  message.writeBigUInt64LE(1n, AT.header + 24);
  pointTo('control', AT.header + 32);
  message.writeBigUInt64LE(BigInt(CONTROL_SIZE), AT.header + 40);
  pointTo('data', AT.vector); // struct iovec: address, length
  message.writeBigUInt64LE(BigInt(data.length), AT.vector + 8);
  return message;
}

function showMessage(fd: number, data = NO_WORDS): string {
  const control = { cmsg_len: CONTROL_SIZE, cmsg_level: 'SOL_SOCKET', cmsg_type: 'SCM_RIGHTS', cmsg_data: `[${fd}]` };
  const words = showStruct({ iov_base: quoteBytes(data), iov_len: data.length });
  return showStruct({ msg_iov: `[${words}]`, msg_control: `[${showStruct(control)}]` });
}

/** Sends a copy of the descriptor `fd`, with words for who wants some. */
export function sendFd(socket: number, fd: number, words = NO_WORDS): void {
  const message = makeMessage(words);
  message.writeBigUInt64LE(BigInt(CONTROL_SIZE), AT.control);
  message.writeInt32LE(SOL_SOCKET, AT.control + 8);
  message.writeInt32LE(SCM_RIGHTS, AT.control + 12);
  message.writeInt32LE(fd, AT.control + 16);
  const show = () => `${socket}, ${showMessage(fd, words)}, 0`;
  call('sendmsg', show, () => native.sendmsg(socket, message, 0));
}

/** The descriptor that the other side sent, closed by execve. @throws Error when the message came without one. */
export function receiveFd(socket: number): number {
  const message = makeMessage();
  const fd = () => message.readInt32LE(AT.control + 16);
  const show = () => `${socket}, ${showMessage(fd())}, MSG_CMSG_CLOEXEC`;
  call('recvmsg', show, () => native.recvmsg(socket, message, MSG_CMSG_CLOEXEC));
  const isFd =
    message.readInt32LE(AT.control + 8) === SOL_SOCKET && message.readInt32LE(AT.control + 12) === SCM_RIGHTS;
  if (!isFd) throw new Error('a message without a descriptor came where one was due');
  return fd();
}

/** True when the next message is of sendFd(); false for any other, which is left where it is, and at the end. */
export function isFdNext(socket: number): boolean {
  const byte = Buffer.from([0xff]);
  const show = (length: number) => `${socket}, ${length < 0 ? '…' : quoteBytes(byte)}, 1, MSG_PEEK, NULL, NULL`;
  return call('recvfrom', show, () => native.recvfrom(socket, byte, 1, MSG_PEEK, null, null)) === 1 && byte[0] === 0;
}
