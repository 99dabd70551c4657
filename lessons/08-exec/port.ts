// port.ts answer PORT   answers on a port of 127.0.0.1, once
// port.ts ask PORT      prints what is answered there, or that nobody is there

import { connect, createServer } from 'node:net';

const [verb, port] = process.argv.slice(2);
const place = { host: '127.0.0.1', port: Number(port) };

if (verb === 'answer') {
  const server = createServer((caller) => {
    caller.end('hello from in here\n');
    server.close();
  }).listen(place);
} else {
  connect(place)
    .on('data', (bytes) => process.stdout.write(bytes))
    .on('error', ({ message }) => console.log(message));
}
