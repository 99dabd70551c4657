// What a program writes as records of its log: lines come out as they went in, however they were read.

import { describe, expect, test } from 'vitest';
import { LogLines, timestamp } from '../../src/runtime/log-lines.ts';

interface Record {
  log: string;
  stream: string;
  time: string;
}

const parse = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record);

/** The logs of all records of what is pushed in these pieces. */
function logsOf(pieces: readonly (string | Buffer)[], ended = true): string[] {
  const lines = new LogLines('stdout');
  const text = pieces.map((piece) => lines.push(Buffer.from(piece))).join('') + (ended ? lines.end() : '');
  return parse(text).map(({ log }) => log);
}

const LONG = 16 * 1024;

describe('a record', () => {
  test('is a line of JSON with the stream and the time', () => {
    const text = new LogLines('stderr').push(Buffer.from('hello\n'));
    expect(text).toMatch(/^\{"log":"hello\\n","stream":"stderr","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"\}\n$/);
  });

  test.each([
    ['one line', ['a\n'], ['a\n']],
    ['several at once', ['a\nb\nc\n'], ['a\n', 'b\n', 'c\n']],
    ['empty lines', ['\n\na\n\n'], ['\n', '\n', 'a\n', '\n']],
    ['a line in pieces', ['a', 'b', 'c\nd', '\n'], ['abc\n', 'd\n']],
    ['what has no end', ['a\nb'], ['a\n', 'b']],
    ['nothing', [''], []],
    ['what looks like JSON', ['","\n"},{"log":"\n'], ['","\n', '"},{"log":"\n']],
    ['what looks like an escape', ['a\\nb\\\n\\","\\\n'], ['a\\nb\\\n', '\\","\\\n']],
    ['what looks like a pattern', ['$&$1$$\n$`\n'], ['$&$1$$\n', '$`\n']],
    ['control characters', ['\t\x1b[1m\r\n\0\n'], ['\t\x1b[1m\r\n', '\0\n']],
    ['other scripts', ['船台 ⚓ 🚢\n', 'ü'], ['船台 ⚓ 🚢\n', 'ü']],
  ])('%s', (_, pieces, logs) => {
    expect(logsOf(pieces)).toEqual(logs);
  });

  test('waits for the end of its line', () => {
    expect(logsOf(['a\nb'], false)).toEqual(['a\n']);
  });
});

describe('a long line', () => {
  test.each([
    [LONG - 1, [LONG]],
    [LONG, [LONG, 1]],
    [LONG + 1, [LONG, 2]],
    [3 * LONG + 5, [LONG, LONG, LONG, 6]],
  ])('of %i bytes is cut as Docker cuts it', (length, lengths) => {
    const line = `${'x'.repeat(length)}\n`;
    for (const pieces of [[line], [line.slice(0, 100), line.slice(100)], line.match(/.{1,1000}|\n/gs) ?? []]) {
      const logs = logsOf(['before\n', ...pieces, 'after\n']);
      expect(logs.map((log) => log.length)).toEqual([7, ...lengths, 6]);
      expect(logs.join('')).toBe(`before\n${line}after\n`);
    }
  });

  test('is not cut within a character', () => {
    for (const shift of ['', 'x', 'xx', 'xxx']) {
      const line = `${shift}${'🚢'.repeat(LONG)}\n`;
      expect(logsOf([line]).join('')).toBe(line);
    }
  });

  test('among many short ones leaves them whole', () => {
    const short = Array.from({ length: 500 }, (_, index) => `line ${index}\n`);
    const all = [...short, `${'y'.repeat(2 * LONG)}\n`, ...short];
    const logs = logsOf([all.join('')]);
    expect(logs.join('')).toBe(all.join(''));
    expect(logs.length).toBe(1000 + 3);
  });
});

describe('any bytes', () => {
  test('in any pieces give the same records', () => {
    const text = Array.from({ length: 3000 }, (_, n) => `${n} ${'"\\,äß船'.repeat(n % 7)}${n % 3 ? '\n' : ''}`).join(
      '',
    );
    const bytes = Buffer.from(text);
    const whole = logsOf([bytes]);
    for (const size of [1, 7, 1000, 16384, 65536]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      expect(logsOf(pieces)).toEqual(whole);
    }
    expect(whole.join('')).toBe(text);
  });

  test('that are no text stand as U+FFFD, as with Docker', () => {
    expect(logsOf([Buffer.from([0x61, 0xff, 0x62, 0x0a])])).toEqual(['a\ufffdb\n']);
  });
});

test('of two timestamps the later one is greater', () => {
  const times = Array.from({ length: 100 }, timestamp);
  expect(times.toSorted()).toEqual(times);
  expect(Math.abs(Date.parse(times[0] as string) - Date.now())).toBeLessThan(10_000);
});
