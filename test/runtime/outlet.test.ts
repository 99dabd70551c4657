// Writing without waiting: what a pipe does not take stays in order until it does.

import { afterEach, describe, expect, test } from 'vitest';
import { O_CLOEXEC, SIGNALS } from '../../src/linux/constants.ts';
import { close, pipe2, read } from '../../src/linux/files.ts';
import { blockSignals } from '../../src/linux/signals.ts';
import { Outlet } from '../../src/runtime/outlet.ts';

blockSignals([SIGNALS.SIGPIPE]);

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) close(fd);
});

function pipe(): { reader: number; outlet: Outlet } {
  const [reader, writer] = pipe2(O_CLOEXEC);
  open.push(reader, writer);
  return { reader, outlet: new Outlet(writer) };
}

/** More than any pipe holds, and different at every place. */
const LARGE = Buffer.from(Array.from({ length: 300_000 }, (_, index) => `${index} `).join(''));

function readSome(fd: number, size = 64 * 1024): Buffer {
  const buffer = Buffer.alloc(size);
  return buffer.subarray(0, read(fd, buffer));
}

describe('an outlet', () => {
  test('writes at once what can be written at once', () => {
    const { reader, outlet } = pipe();
    outlet.send(Buffer.from('hello'));
    expect([outlet.isEmpty, outlet.pendingBytes]).toEqual([true, 0]);
    expect(readSome(reader).toString()).toBe('hello');
  });

  test('keeps the rest, in order, and a copy of it', () => {
    const { reader, outlet } = pipe();
    const sent = Buffer.from(LARGE);
    outlet.send(sent);
    sent.fill(0); // the memory is the sender's again
    outlet.send(Buffer.from('then this'));
    expect(outlet.isEmpty).toBe(false);
    expect(outlet.pendingBytes).toBeGreaterThan(LARGE.length / 2);
    const received: Buffer[] = [];
    for (let total = 0; total < LARGE.length + 9; ) {
      const chunk = readSome(reader);
      received.push(chunk);
      total += chunk.length;
      outlet.pump();
    }
    expect(outlet.isEmpty).toBe(true);
    expect(Buffer.concat(received).equals(Buffer.concat([LARGE, Buffer.from('then this')]))).toBe(true);
  });

  test('waits no longer than it has patience for a reader that takes nothing', () => {
    const { outlet } = pipe();
    outlet.send(LARGE);
    expect(outlet.flush(10)).toBe(false);
    expect(outlet.isEmpty).toBe(false);
  });

  test('drops what is sent to nobody', () => {
    const { reader, outlet } = pipe();
    outlet.send(LARGE);
    close(reader);
    open.splice(open.indexOf(reader), 1);
    expect(outlet.flush()).toBe(true);
    expect([outlet.isBroken, outlet.isEmpty, outlet.pendingBytes]).toEqual([true, true, 0]);
    outlet.send(Buffer.from('more'));
    expect(outlet.isEmpty).toBe(true);
  });
});
