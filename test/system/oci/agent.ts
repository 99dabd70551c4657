// A seccomp agent as a program: takes the descriptors of filters at a socket, and prints the message that came with each, and
// then the name of each call that asks, which it answers by EEXIST. It ends when nobody is left who could ask.
//
//     node agent.ts /path/of/socket

import { POLLIN } from '../../../src/linux/constants.ts';
import { bind, call } from '../../../src/linux/door.ts';
import { readAll } from '../../../src/linux/files.ts';
import { receiveFd } from '../../../src/linux/pass-fd.ts';
import { poll } from '../../../src/linux/poll.ts';
import { accept4, bindUnix, listen, socket } from '../../../src/linux/sockets.ts';
import { syscallTable } from '../../../src/security/syscalls.ts';

const ioctl = bind('int ioctl(int fd, unsigned long request, void *argument)');
const SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
const SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
const EEXIST = 17;

const [, , path = ''] = process.argv;
const table = syscallTable(process.arch === 'arm64' ? 'arm64' : 'x86_64');
const names = new Map(table.map(({ name, number }) => [number, name]));

const server = socket();
bindUnix(server, path);
listen(server);
console.log('listening');
let listeners = [accept()];
while (listeners.length > 0) {
  const [isNew = 0, ...events] = poll([server, ...listeners].map((fd) => ({ fd, events: POLLIN })));
  for (const [index, listener] of listeners.entries()) if ((events[index] ?? 0) & POLLIN) decide(listener);
  listeners = listeners.filter((_, index) => ((events[index] ?? 0) & ~POLLIN) === 0);
  if (isNew & POLLIN) listeners.push(accept());
}

/** The message is whole when the other side has closed. */
function accept(): number {
  poll([{ fd: server, events: POLLIN }]);
  const connection = accept4(server);
  poll([{ fd: connection, events: POLLIN }]);
  const listener = receiveFd(connection);
  poll([{ fd: connection, events: 0 }]);
  console.log(`{${readAll(connection)}`);
  return listener;
}

function decide(listener: number): void {
  const question = Buffer.alloc(80); // struct seccomp_notif
  const receive = () => ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, question);
  call('ioctl', () => 'SECCOMP_IOCTL_NOTIF_RECV', receive);
  console.log(names.get(question.readInt32LE(16)));
  const answer = Buffer.alloc(24); // struct seccomp_notif_resp: id, value, error, flags
  question.copy(answer, 0, 0, 8);
  answer.writeInt32LE(-EEXIST, 16);
  call(
    'ioctl',
    () => 'SECCOMP_IOCTL_NOTIF_SEND',
    () => ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer),
  );
}
