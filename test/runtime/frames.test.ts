// The protocol between shim and client: frames come out as they went in, however the socket cut them.

import { describe, expect, test } from 'vitest';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  type Frame,
  FrameDecoder,
  HEADER_SIZE,
  LARGEST_PAYLOAD,
} from '../../src/runtime/frames.ts';
import { mistake } from '../mistake.ts';

/** A copy of a frame, whose payload lies in memory that is used again. */
const copyOf = ({ type, payload }: Frame) => ({ type, payload: payload.toString('latin1') });

const SENT: [Frame['type'], Buffer][] = [
  ['ready', Buffer.alloc(0)],
  ['stdin', Buffer.from('hello')],
  ['stdin-end', Buffer.alloc(0)],
  ['stdout', Buffer.alloc(LARGEST_PAYLOAD, 'x')],
  ['stderr', Buffer.from([0, 1, 2, 255])],
  ['stdout', Buffer.alloc(LARGEST_PAYLOAD, 'y')],
  ['exited', Buffer.from('{"exitCode":0}')],
];
const STREAM = Buffer.concat(SENT.map(([type, payload]) => encodeFrame(type, payload)));

describe('a frame', () => {
  test('is a type, a length and a payload', () => {
    expect([...encodeFrame('stdin', Buffer.from('hello'))]).toEqual([1, 5, 0, 0, 0, ...Buffer.from('hello')]);
    expect(encodeFrame('stdin-end')).toHaveLength(HEADER_SIZE);
  });

  test('of JSON comes back as it was', () => {
    const [frame] = new FrameDecoder().push(encodeJson('resize', { rows: 24, columns: 80 }));
    expect(frame?.type).toBe('resize');
    expect(decodeJson(frame as Frame & { type: 'resize' })).toEqual({ rows: 24, columns: 80 });
  });

  test('has no more than its largest payload', () => {
    expect(encodeFrame('stdout', Buffer.alloc(LARGEST_PAYLOAD))).toHaveLength(HEADER_SIZE + LARGEST_PAYLOAD);
    expect(() => encodeFrame('stdout', Buffer.alloc(LARGEST_PAYLOAD + 1))).toThrow(RangeError);
  });
});

describe('a decoder', () => {
  test.each([1, 2, 4, 5, 6, 7, 1000, LARGEST_PAYLOAD, STREAM.length])(
    'puts frames together from pieces of %i bytes',
    (size) => {
      const decoder = new FrameDecoder();
      const frames: ReturnType<typeof copyOf>[] = [];
      const piece = Buffer.alloc(size); // one memory for all pieces, as its users have it
      for (let at = 0; at < STREAM.length; at += size) {
        const length = STREAM.copy(piece, 0, at, at + size);
        frames.push(...decoder.push(piece.subarray(0, length)).map(copyOf));
      }
      expect(frames).toEqual(SENT.map(([type, payload]) => copyOf({ type, payload })));
    },
  );

  test('waits for the rest of a frame', () => {
    const decoder = new FrameDecoder();
    expect(decoder.push(STREAM.subarray(0, HEADER_SIZE - 1))).toEqual([]);
    expect(decoder.push(STREAM.subarray(HEADER_SIZE - 1, HEADER_SIZE + 3)).map(({ type }) => type)).toEqual(['ready']);
    expect(decoder.push(Buffer.alloc(0))).toEqual([]);
  });

  test('refuses what is no frame', () => {
    expect(mistake(() => new FrameDecoder().push(Buffer.from([99, 0, 0, 0, 0])))).toBe('a frame of type 99');
    expect(mistake(() => new FrameDecoder().push(Buffer.from([1, 0, 0, 0, 255])))).toBe(
      `a frame of ${255 * 2 ** 24} bytes`,
    );
  });
});
