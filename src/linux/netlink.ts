// rtnetlink: how the kernel is asked about network devices and addresses, and told to change them (man 7 rtnetlink). A request
// is a message through a socket, and so is the answer.
//
//     const fd = netlinkSocket();
//     request(fd, RTM_NEWLINK, 0, linkMessage(index), [[IFLA_IFNAME, 'eth7\0']])
//
// A socket belongs to the network namespace that it was made in, wherever its process goes afterwards.

import { bind, call } from './door.ts';
import { SyscallError } from './errors.ts';
import { read, write } from './files.ts';

const native = { socket: bind('int socket(int domain, int type, int protocol)') };

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0o2000003;

/** A socket to the kernel's rtnetlink, closed by execve. */
export function netlinkSocket(): number {
  const show = () => 'AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE';
  return call('socket', show, () => native.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
}

/** linux/rtnetlink.h. */
export const RTM = { RTM_NEWLINK: 16, RTM_GETLINK: 18, RTM_NEWADDR: 20, RTM_GETADDR: 22 } as const;

const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const HEADER = 16; // struct nlmsghdr: length, type, flags, sequence, port

/** A number of linux/if_link.h or linux/if_addr.h, and its bytes. */
export type Attribute = readonly [type: number, data: Buffer];

/** Asks for a change. @param object for the error. @throws SyscallError with the kernel's errno. */
export function change(
  fd: number,
  type: keyof typeof RTM,
  body: Buffer,
  attributes: readonly Attribute[],
  object: string,
): void {
  exchange(fd, type, NLM_F_ACK, Buffer.concat([body, ...attributes.map(encode)]), object);
}

/** Asks for a list. @returns the bodies of the answers. */
export function list(fd: number, type: keyof typeof RTM, body: Buffer): Buffer[] {
  return exchange(fd, type, NLM_F_DUMP, body, 'all');
}

function exchange(fd: number, type: keyof typeof RTM, flags: number, content: Buffer, object: string): Buffer[] {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(HEADER + content.length, 0);
  header.writeUInt16LE(RTM[type], 4);
  header.writeUInt16LE(NLM_F_REQUEST | flags, 6);
  write(fd, Buffer.concat([header, content]));
  const bodies: Buffer[] = [];
  for (;;) {
    for (const message of receive(fd)) {
      if (message.type === NLMSG_DONE) return bodies;
      if (message.type !== NLMSG_ERROR) bodies.push(message.body);
      else if (message.body.readInt32LE(0) === 0) return bodies;
      else throw new SyscallError('rtnetlink', `${type}, ${object}`, -message.body.readInt32LE(0), object);
    }
  }
}

/** What one read gives: whole messages, each at a multiple of 4 bytes. */
function receive(fd: number): { type: number; body: Buffer }[] {
  const buffer = Buffer.alloc(64 * 1024);
  const bytes = buffer.subarray(0, read(fd, buffer));
  const messages: { type: number; body: Buffer }[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    messages.push({ type: bytes.readUInt16LE(at + 4), body: bytes.subarray(at + HEADER, at + length) });
    at += align(length);
  }
  return messages;
}

/** struct rtattr: length, type, data; padded to 4 bytes. */
function encode([type, data]: Attribute): Buffer {
  const attribute = Buffer.alloc(align(4 + data.length));
  attribute.writeUInt16LE(4 + data.length, 0);
  attribute.writeUInt16LE(type, 2);
  data.copy(attribute, 4);
  return attribute;
}

/** The attributes behind the first `skip` bytes of a body. */
export function attributesOf(body: Buffer, skip: number): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = skip; at + 4 <= body.length; ) {
    const length = body.readUInt16LE(at);
    found.set(body.readUInt16LE(at + 2) & 0x3fff, body.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
