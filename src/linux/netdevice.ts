// Network devices by the old ioctls (man 7 netdevice): enough to switch one on.

import { quote, showFlags, showStruct } from './decode.ts';
import { bind, call } from './door.ts';
import { close } from './files.ts';

const native = {
  socket: bind('int socket(int domain, int type, int protocol)'),
  ioctl: bind('int ioctl(int fd, unsigned long request, void *argument)'),
};

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const REQUESTS = { SIOCGIFFLAGS: 0x8913, SIOCSIFFLAGS: 0x8914 } as const;
const INTERFACE_FLAGS = { IFF_UP: 1, IFF_LOOPBACK: 8, IFF_RUNNING: 0x40 } as const;
const { IFF_UP } = INTERFACE_FLAGS;

/** Sets IFF_UP on a device of this process's network namespace. */
export function setInterfaceUp(name: string): void {
  const fd = call(
    'socket',
    () => 'AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP',
    () => native.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0),
  );
  try {
    const request = Buffer.alloc(40); // struct ifreq: 16 bytes of name, then the flags
    request.write(name, 0, 15, 'latin1');
    interfaceFlags(fd, 'SIOCGIFFLAGS', request);
    request.writeUInt16LE(request.readUInt16LE(16) | IFF_UP, 16);
    interfaceFlags(fd, 'SIOCSIFFLAGS', request);
  } finally {
    close(fd);
  }
}

function interfaceFlags(fd: number, name: keyof typeof REQUESTS, request: Buffer): void {
  const show = () => {
    const device = quote(request.toString('latin1', 0, request.indexOf(0)));
    const flags = showFlags(INTERFACE_FLAGS, request.readUInt16LE(16));
    return `${fd}, ${name}, ${showStruct({ ifr_name: device, ifr_flags: flags })}`;
  };
  call('ioctl', show, () => native.ioctl(fd, REQUESTS[name], request));
}
