import { expect, test } from 'vitest';
import type { Program } from '../../src/learn/lab/program.ts';
import { endedEarly, NoProcessLeft } from '../../src/learn/lab/program-failed.ts';

function ended(stderr: string, refusal?: { code: string; message: string }): Program {
  return { stderr, refusal, report: () => undefined } as unknown as Program;
}

test('a program that ended early is told by its last words', () => {
  expect(endedEarly(ended('one\ntwo\n'), 3).seen.en).toBe('the program ended with 3 before its command ran: two');
  expect(endedEarly(ended(''), 0).seen.en).toBe('the program ended with 0 before its command ran');
});

test('one whose heap was full is not told by the last line of its stack', () => {
  const said =
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0x931db0 [node]\n';
  expect(endedEarly(ended(said), 134).seen.en).toContain('used up its memory');
});

test('one that could not be started is told by the reason', () => {
  const missing = endedEarly(ended('', { code: 'ENOENT', message: 'spawn /nowhere ENOENT' }), 127);
  expect(missing.seen.en).toBe('the program could not be started: spawn /nowhere ENOENT');
  expect(missing).not.toBeInstanceOf(NoProcessLeft);
  expect(endedEarly(ended('', { code: 'EAGAIN', message: '' }), 127)).toBeInstanceOf(NoProcessLeft);
});
