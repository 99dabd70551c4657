import { expect, test } from 'vitest';
import { IF_AT_LEAST, IF_EQUAL, IF_GREATER, Program } from '../../src/security/seccomp-program.ts';
import { run } from './seccomp-machine.ts';

const [YES, NO, OTHER] = [1, 2, 3];

/** The answer of a program for a call with this number. */
const ask = (program: Program, number: number) => run(program.toBuffer(), { arch: 0, number, args: [] });

test.each([
  ['equal', IF_EQUAL, [NO, YES, NO]],
  ['greater', IF_GREATER, [NO, NO, YES]],
  ['at least', IF_AT_LEAST, [NO, YES, YES]],
])('a branch can ask for %s', (_, comparison, answers) => {
  const program = new Program();
  const [no, yes] = [program.answer(NO), program.answer(YES)];
  program.load(0, program.branch(comparison, 0x80000000, yes, no));
  expect([0x7fffffff, 0x80000000, 0x80000001].map((number) => ask(program, number))).toEqual(answers);
});

test('a branch gets to both its places, however far they are', () => {
  for (const apart of [0, 1, 2, 100, 300]) {
    for (let distance = 0; distance < 600; distance++) {
      for (const isTrueFirst of [true, false]) {
        const program = new Program();
        const first = program.answer(isTrueFirst ? NO : YES);
        pad(program, apart);
        const second = program.answer(isTrueFirst ? YES : NO);
        pad(program, distance);
        const [yes, no] = isTrueFirst ? [second, first] : [first, second];
        program.load(0, program.branch(IF_EQUAL, 7, yes, no));
        expect([distance, ask(program, 7), ask(program, 8)]).toEqual([distance, YES, NO]);
      }
    }
  }
});

/** So many instructions that nothing leads to. */
function pad(program: Program, length: number): void {
  let place = program.answer(OTHER);
  for (let count = 0; count < length; count++) place = program.load(4, place);
}

test('a load goes on at a place that is not the next', () => {
  const program = new Program();
  const yes = program.answer(YES);
  program.answer(NO);
  program.load(0, yes);
  expect(ask(program, 0)).toBe(YES);
});

test('an answer that is near is used again', () => {
  const program = new Program();
  expect(program.answer(YES)).toBe(program.answer(YES));
  pad(program, 200);
  const [again, more] = [program.answer(YES), program.answer(YES)];
  expect(again).toBeGreaterThan(200);
  expect(more).toBe(again);
});
