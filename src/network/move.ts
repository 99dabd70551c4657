// Moves network devices of the host into the network namespace of a container, with their addresses.
//
// A child with a socket in either namespace does it: what a device has of addresses is gone as soon as it is moved, so they
// are read on the one side and set on the other. A device belongs to one namespace alone; when the container's ends, the
// kernel gives a physical one back, and takes a virtual one away.

import { CLONE_NEWNET, O_CLOEXEC } from '../linux/constants.ts';
import { close, open, read, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { setns } from '../linux/namespaces.ts';
import { attributesOf, change, list, netlinkSocket } from '../linux/netlink.ts';
import { _exit, waitpid } from '../linux/process.ts';
import { socketpair } from '../linux/sockets.ts';
import type { NetDevice } from '../oci.ts';

/**
 * Moves them and switches them on. @param namespace the file of a network namespace.
 * @throws Error for a device that is not there, or whose new name is taken.
 */
export function moveDevices(namespace: string, devices: Readonly<Record<string, NetDevice>>): void {
  if (Object.keys(devices).length === 0) return;
  const target = open(namespace, O_CLOEXEC);
  const [ours, theirs] = socketpair();
  const child = fork();
  if (child === 0) moveAll(target, devices, theirs);
  close(theirs);
  close(target);
  const words = Buffer.alloc(4096);
  const length = read(ours, words);
  close(ours);
  if (waitpid(child).status.exited !== 0)
    throw new Error(words.toString('utf8', 0, length) || 'netDevices: nobody moved them');
}

function moveAll(target: number, devices: Readonly<Record<string, NetDevice>>, socket: number): never {
  try {
    const host = netlinkSocket();
    setns(target, CLONE_NEWNET);
    const container = netlinkSocket();
    const moves = Object.entries(devices).map(([name, { name: newName = name }]) => ({ name, newName }));
    checkNames(moves, linksOf(host), linksOf(container)); // before any is moved: a virtual one would be lost
    for (const one of moves) move(host, container, target, one);
    _exit(0);
  } catch (error) {
    write(socket, Buffer.from(`linux.netDevices: ${(error as Error).message}`));
    _exit(1);
  }
}

const IFLA_IFNAME = 3;
const IFLA_NET_NS_FD = 28;
const IFLA_NEW_IFINDEX = 49;
const IFF_UP = 1;
/** The device's old name, in an address of IPv4. */
const IFA_LABEL = 3;
const ADDRESS_SIZE = 8; // struct ifaddrmsg: family, prefix, flags, scope, index

interface Move {
  name: string;
  newName: string;
}

type Links = ReadonlyMap<string, number>;

function checkNames(moves: readonly Move[], host: Links, container: Links): void {
  for (const { name, newName } of moves) {
    if (!host.has(name)) throw new Error(`the host has no network device ${name}`);
    if (container.has(newName)) throw new Error(`the container has a network device ${newName} already`);
  }
}

function move(host: number, container: number, target: number, { name, newName }: Move): void {
  const index = linksOf(host).get(name) ?? 0;
  const addresses = addressesOf(host, index);
  const newIndex = Math.max(0, ...linksOf(container).values()) + 1;
  change(
    host,
    'RTM_NEWLINK',
    linkMessage(index),
    [
      [IFLA_NET_NS_FD, number(target)],
      [IFLA_IFNAME, Buffer.from(`${newName}\0`)],
      [IFLA_NEW_IFINDEX, number(newIndex)],
    ],
    name,
  );
  change(container, 'RTM_NEWLINK', linkMessage(newIndex, IFF_UP), [], newName);
  for (const address of addresses) {
    const message = Buffer.from(address.subarray(0, ADDRESS_SIZE));
    message.writeUInt32LE(newIndex, 4);
    const attributes = [...attributesOf(address, ADDRESS_SIZE)].filter(([type]) => type !== IFA_LABEL);
    change(container, 'RTM_NEWADDR', message, attributes, newName);
  }
}

/** struct ifinfomsg: family, type, index, flags, and which flags to change. */
function linkMessage(index: number, flags = 0): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32LE(index, 4);
  message.writeUInt32LE(flags, 8);
  message.writeUInt32LE(flags, 12);
  return message;
}

/** The devices that a socket's namespace has, and their indexes. */
function linksOf(fd: number): Links {
  const links = list(fd, 'RTM_GETLINK', linkMessage(0));
  return new Map(links.map((link) => [text(attributesOf(link, 16).get(IFLA_IFNAME)), link.readInt32LE(4)]));
}

const IFA_F_PERMANENT = 0x80;
const RT_SCOPE_UNIVERSE = 0;

/** The addresses that are meant to stay and to be reached from elsewhere: struct ifaddrmsg each, with its attributes. */
function addressesOf(fd: number, index: number): Buffer[] {
  return list(fd, 'RTM_GETADDR', Buffer.alloc(ADDRESS_SIZE)).filter((address) => {
    const isPermanent = (address.readUInt8(2) & IFA_F_PERMANENT) !== 0;
    return address.readUInt32LE(4) === index && isPermanent && address.readUInt8(3) === RT_SCOPE_UNIVERSE;
  });
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function text(bytes: Buffer | undefined): string {
  return (bytes?.toString('utf8') ?? '').replace(/\0$/, '');
}
