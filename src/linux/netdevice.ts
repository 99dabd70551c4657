// Network devices by the old ioctls (man 7 netdevice): enough to switch one on.

import { bind, call } from './door.ts';
import { close } from './files.ts';

const native = {
  socket: bind('int socket(int domain, int type, int protocol)'),
  ioctl: bind('int ioctl(int fd, unsigned long request, void *argument)'),
};

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;

/** Sets IFF_UP on a device of this process's network namespace. */
export function setInterfaceUp(name: string): void {
  const fd = call(
    'socket',
    () => 'AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, 0',
    () => native.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0),
  );
  try {
    const request = Buffer.alloc(40); // struct ifreq: 16 bytes of name, then the flags
    request.write(name, 0, 15, 'latin1');
    call(
      'ioctl',
      () => `${fd}, SIOCGIFFLAGS, {"${name}"}`,
      () => native.ioctl(fd, SIOCGIFFLAGS, request),
    );
    request.writeUInt16LE(request.readUInt16LE(16) | IFF_UP, 16);
    call(
      'ioctl',
      () => `${fd}, SIOCSIFFLAGS, {"${name}", IFF_UP}`,
      () => native.ioctl(fd, SIOCSIFFLAGS, request),
    );
  } finally {
    close(fd);
  }
}
