// Plain mode: frames go in, what is new comes out.

import { describe, expect, test } from 'vitest';
import { forwardOnly } from '../../src/tui/forward.ts';

/** What is printed for each frame. */
function printedFor(...frames: string[]): string[] {
  let written = '';
  const stdout = { columns: 80, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream;
  const forward = forwardOnly(stdout);
  return frames.map((frame) => {
    written = '';
    forward.write(frame);
    return written;
  });
}

describe('in plain mode', () => {
  test('the first frame is printed whole', () => {
    expect(printedFor('Course\n\n\n> 01\n02  \n\nq quit')).toEqual(['Course\n\n> 01\n02\n\nq quit\n']);
  });

  test('the same frame again prints nothing', () => {
    expect(printedFor('Course\n> 01', 'Course\n> 01')[1]).toBe('');
  });

  test('a move in a list prints the line that is chosen now', () => {
    expect(printedFor('Course\n> 01\n02\n03\nq quit', 'Course\n01\n> 02\n03\nq quit')[1]).toBe('> 02\n');
  });

  test('output that grows is printed as it comes, equal lines too', () => {
    const frames = [
      'Run\n$ x\nr stop',
      'Run\n$ x\nok\nr stop',
      'Run\n$ x\nok\n\nok\nr stop',
      'Run\n$ x\nok\n\nok\nr run',
    ];
    expect(printedFor(...frames).slice(1)).toEqual(['ok\n', 'ok\n', 'r run\n']);
  });

  test('another title is another page, which is printed whole', () => {
    expect(printedFor('Step 1\nthe same', 'Step 2\nthe same')[1]).toBe('Step 2\nthe same\n');
  });

  test('what steers the terminal is passed on', () => {
    expect(printedFor('Course', '\x1b[?25h', '')).toEqual(['Course\n', '\x1b[?25h', '']);
  });

  test('the terminal stays what it is', () => {
    expect(forwardOnly(process.stdout).isTTY).toBe(process.stdout.isTTY);
  });
});
