import { describe, expect, test } from 'vitest';
import { O_CLOEXEC, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from '../../src/linux/constants.ts';
import { close, pipe2, write } from '../../src/linux/files.ts';
import { poll } from '../../src/linux/poll.ts';

describe('poll', () => {
  test('tells which descriptors are ready, in order', () => {
    const [quietRead, quietWrite] = pipe2(O_CLOEXEC);
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    write(writeEnd, Buffer.from('x'));
    const entries = [
      { fd: quietRead, events: POLLIN },
      { fd: readEnd, events: POLLIN },
      { fd: writeEnd, events: POLLOUT },
    ];
    expect(poll(entries)).toEqual([0, POLLIN, POLLOUT]);
    close(quietWrite);
    expect(poll(entries.slice(0, 1))).toEqual([POLLHUP]);
    for (const fd of [quietRead, readEnd, writeEnd]) close(fd);
  });

  test('gives up after its time, in milliseconds', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    const before = performance.now();
    expect(poll([{ fd: readEnd, events: POLLIN }], 30)).toEqual([0]);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    close(readEnd);
    close(writeEnd);
  });

  test('says that a descriptor is not open, and leaves out a negative one', () => {
    expect(
      poll(
        [
          { fd: 98765, events: POLLIN },
          { fd: -1, events: POLLIN },
        ],
        0,
      ),
    ).toEqual([POLLNVAL, 0]);
  });

  test('needs no descriptor at all', () => {
    expect(poll([], 0)).toEqual([]);
  });
});
