// The program for device rules, run by an interpreter of its few instructions, against rules read the plain way.

import { describe, expect, test } from 'vitest';
import { deviceProgram } from '../../src/cgroups/devices-bpf.ts';
import type { DeviceRule } from '../../src/oci.ts';

interface Question {
  type: 'c' | 'b';
  major: number;
  minor: number;
  access: string;
}

const ACCESS: Record<string, number> = { m: 1, r: 2, w: 4 };

/** What the kernel's machine would answer (linux/bpf_common.h has the opcodes). */
function run(program: Buffer, { type, major, minor, access }: Question): boolean {
  const wanted = [...access].reduce((mask, letter) => mask | (ACCESS[letter] ?? 0), 0);
  const context = [((wanted << 16) | (type === 'c' ? 2 : 1)) >>> 0, major, minor];
  const registers = new Array<number>(11).fill(0);
  for (let at = 0; at < program.length / 8; at++) {
    const code = program.readUInt8(at * 8);
    const to = program.readUInt8(at * 8 + 1) & 15;
    const from = program.readUInt8(at * 8 + 1) >> 4;
    const offset = program.readInt16LE(at * 8 + 2);
    const value = program.readInt32LE(at * 8 + 4);
    const jumpIf = (condition: boolean) => {
      if (condition) at += offset;
    };
    if (code === 0x61) registers[to] = context[offset / 4] as number;
    else if (code === 0xb4) registers[to] = value;
    else if (code === 0xbc) registers[to] = registers[from] as number;
    else if (code === 0x54) registers[to] = ((registers[to] as number) & value) >>> 0;
    else if (code === 0x74) registers[to] = (registers[to] as number) >>> value;
    else if (code === 0x16) jumpIf(registers[to] === value);
    else if (code === 0x56) jumpIf(registers[to] !== value);
    else if (code === 0x95) return registers[0] === 1;
    else throw new Error(`opcode 0x${code.toString(16)}`);
  }
  throw new Error('ran off its end');
}

/** Each of read, write and mknod is decided by the last rule that speaks of it. */
function plainly(rules: readonly DeviceRule[], { type, major, minor, access }: Question): boolean {
  return [...access].every((letter) => {
    const last = rules.findLast((rule) => {
      if ((rule.type ?? 'a') === 'a') return true;
      const fits = (wanted: number | undefined, given: number) =>
        wanted === undefined || wanted < 0 || wanted === given;
      const speaks = (rule.access ?? 'rwm').includes(letter);
      return rule.type === type && fits(rule.major, major) && fits(rule.minor, minor) && speaks;
    });
    return last?.allow ?? false;
  });
}

const QUESTIONS = (['c', 'b'] as const).flatMap((type) =>
  [1, 5].flatMap((major) =>
    [3, 5].flatMap((minor) =>
      ['r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm'].map((access) => ({ type, major, minor, access })),
    ),
  ),
);

const NULL: DeviceRule = { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' };
const read = { type: 'c', major: 1, minor: 3, access: 'r' } as const;

describe('the program for device rules', () => {
  test('says no when there is no rule', () => {
    expect(run(deviceProgram([]), read)).toBe(false);
  });

  test('says yes to a device that is allowed, and no to its neighbours', () => {
    const program = deviceProgram([{ allow: false }, NULL]);
    const allowed = QUESTIONS.filter((question) => run(program, question));
    expect(allowed).toEqual(QUESTIONS.filter(({ type, major, minor }) => type === 'c' && major === 1 && minor === 3));
  });

  test('adds up the accesses of several rules', () => {
    const program = deviceProgram([{ allow: false }, { ...NULL, access: 'r' }, { ...NULL, access: 'w' }]);
    expect(run(program, { ...read, access: 'rw' })).toBe(true);
    expect(run(program, { ...read, access: 'rwm' })).toBe(false);
  });

  test('refuses reading and writing together where writing alone was denied afterwards', () => {
    const program = deviceProgram([{ allow: true }, { ...NULL, allow: false, access: 'w' }]);
    expect(run(program, { ...read, access: 'rw' })).toBe(false);
    expect(run(program, read)).toBe(true);
  });

  test('takes -1 for any number, and large numbers', () => {
    const rules: DeviceRule[] = [{ allow: true, type: 'b', major: -1, minor: 1_048_575, access: 'r' }];
    expect(run(deviceProgram(rules), { type: 'b', major: 4095, minor: 1_048_575, access: 'r' })).toBe(true);
  });

  test('agrees with the rules read plainly, for all pairs of rules', () => {
    const kinds: Partial<DeviceRule>[] = [
      { type: 'a' },
      { type: 'c' },
      { type: 'b', access: 'r' },
      { type: 'c', major: 1, access: 'rw' },
      { type: 'c', major: 1, minor: 3 },
      { type: 'c', minor: 5, access: 'm' },
    ];
    const rules = kinds.flatMap((kind) => [true, false].map((allow) => ({ ...kind, allow })));
    for (const first of rules) {
      for (const second of rules) {
        const program = deviceProgram([first, second]);
        for (const question of QUESTIONS) {
          const note = JSON.stringify({ first, second, question });
          expect({ note, answer: run(program, question) }).toEqual({
            note,
            answer: plainly([first, second], question),
          });
        }
      }
    }
  });
});
