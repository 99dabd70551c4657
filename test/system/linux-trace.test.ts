import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { O_CLOEXEC, O_NONBLOCK, POLLIN } from '../../src/linux/constants.ts';
import { close, pipe2, tryRead } from '../../src/linux/files.ts';
import { fork } from '../../src/linux/fork.ts';
import { poll } from '../../src/linux/poll.ts';
import { _exit, getpid, waitpid } from '../../src/linux/process.ts';
import { startTrace, stopTrace } from '../../src/linux/trace.ts';

test('a reader that is slow gets every line of --explain, though the pipe does not block', () => {
  const [readEnd, writeEnd] = pipe2(O_CLOEXEC | O_NONBLOCK);
  const pid = fork();
  if (pid === 0) {
    startTrace(writeEnd, 'json');
    for (let count = 0; count < 5000; count++) getpid(); // a megabyte, of which the pipe holds 64 kB
    stopTrace();
    _exit(0);
  }
  close(writeEnd);
  const chunks: Buffer[] = [];
  for (;;) {
    poll([{ fd: readEnd, events: POLLIN }]);
    const chunk = Buffer.alloc(1000);
    const count = tryRead(readEnd, chunk);
    if (count <= 0) break;
    chunks.push(chunk.subarray(0, count));
  }
  close(readEnd);
  expect(waitpid(pid).status).toEqual({ exited: 0 });
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  expect(lines.length).toBe(5000);
  expect(lines.filter((line) => JSON.parse(line).pid !== pid)).toEqual([]);
});

test('a reader that goes away does not end what is explained', () => {
  const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
  const pid = fork();
  if (pid === 0) {
    close(readEnd);
    const before = readdirSync('/proc/self/fd');
    startTrace(writeEnd, 'text');
    _exit(getpid() > 0 && readdirSync('/proc/self/fd').length === before.length ? 42 : 1); // nor stays /proc open
  }
  close(readEnd);
  close(writeEnd);
  expect(waitpid(pid).status).toEqual({ exited: 42 });
});
