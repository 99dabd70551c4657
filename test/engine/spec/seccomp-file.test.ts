// Seccomp profiles of a user's own: Docker's form, whose rules depend on rights, processor and kernel, made into the OCI's.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readSeccompFile } from '../../../src/engine/spec/seccomp-file.ts';
import { mistake } from '../../mistake.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-seccomp-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: unknown): string {
  const path = join(folder, 'profile.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const rule = (name: string, condition: object = {}) => ({ names: [name], action: 'SCMP_ACT_ALLOW', ...condition });

/** The names that a profile with this rule allows. */
function allowed(condition: object, { caps = [] as string[], machine = 'x86_64' as 'x86_64' | 'arm64' } = {}): boolean {
  const profile = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [rule('call', condition)] };
  return readSeccompFile(fileOf(profile), caps, machine).syscalls?.length === 1;
}

const [major = 0, minor = 0] = release().split('.').map(Number.parseFloat);

describe('a rule of Docker’s counts', () => {
  test('always, without a condition', () => {
    expect(allowed({})).toBe(true);
    expect(allowed({ includes: {}, excludes: {} })).toBe(true);
  });

  test('for who has the capabilities, or for who has not', () => {
    expect(allowed({ includes: { caps: ['CAP_SYS_ADMIN'] } })).toBe(false);
    expect(allowed({ includes: { caps: ['CAP_SYS_ADMIN'] } }, { caps: ['CAP_SYS_ADMIN'] })).toBe(true);
    expect(allowed({ includes: { caps: ['CAP_A', 'CAP_B'] } }, { caps: ['CAP_A'] })).toBe(false);
    expect(allowed({ excludes: { caps: ['CAP_SYS_ADMIN'] } })).toBe(true);
    expect(allowed({ excludes: { caps: ['CAP_SYS_ADMIN'] } }, { caps: ['CAP_SYS_ADMIN'] })).toBe(false);
  });

  test('on its processors', () => {
    expect(allowed({ includes: { arches: ['amd64', 'x32'] } })).toBe(true);
    expect(allowed({ includes: { arches: ['arm64'] } })).toBe(false);
    expect(allowed({ includes: { arches: ['arm64'] } }, { machine: 'arm64' })).toBe(true);
    expect(allowed({ excludes: { arches: ['amd64'] } })).toBe(false);
  });

  test('from its kernel on', () => {
    expect(allowed({ includes: { minKernel: '4.8' } })).toBe(true);
    expect(allowed({ includes: { minKernel: `${major}.${minor}` } })).toBe(true);
    expect(allowed({ includes: { minKernel: `${major}.${minor + 1}` } })).toBe(false);
    expect(allowed({ includes: { minKernel: `${major + 1}.0` } })).toBe(false);
    expect(allowed({ excludes: { minKernel: '4.8' } })).toBe(false);
  });
});

test('what is left is the OCI’s: names, architectures, arguments, errno', () => {
  const args = [{ index: 0, value: 1, valueTwo: 0, op: 'SCMP_CMP_EQ' }];
  const profile = {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    archMap: [
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
    ],
    syscalls: [
      { name: 'old', action: 'SCMP_ACT_ALLOW', args: [], comment: 'not for the kernel' },
      { names: ['a', 'b'], action: 'SCMP_ACT_ERRNO', errnoRet: 5, args },
    ],
  };
  expect(readSeccompFile(fileOf(profile), [], 'x86_64')).toEqual({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
    syscalls: [
      { names: ['old'], action: 'SCMP_ACT_ALLOW' },
      { names: ['a', 'b'], action: 'SCMP_ACT_ERRNO', errnoRet: 5, args },
    ],
  });
  const plain = { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86_64'] };
  expect(readSeccompFile(fileOf(plain), [], 'x86_64')).toEqual({ ...plain, syscalls: [] });
});

test.each<[unknown, RegExp]>([
  ['{', /^seccomp profile .* is not JSON: /],
  ['null', /^seccomp profile .* has no defaultAction, or its syscalls are no list$/],
  [{}, /^seccomp profile .* has no defaultAction, or its syscalls are no list$/],
  [
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: {} },
    /^seccomp profile .* has no defaultAction, or its syscalls are no list$/,
  ],
  [
    { defaultAction: 'A', syscalls: ['x'] },
    /^seccomp profile .*: syscalls\[0\] is no rule, which has names and an action$/,
  ],
  [{ defaultAction: 'A', syscalls: [{ names: ['x'], action: 'A' }, { names: ['x'] }] }, /: syscalls\[1\] is no rule/],
  [{ defaultAction: 'A', syscalls: [null] }, /: syscalls\[0\] is no rule/],
])('%j is no profile', (content, sentence) => {
  expect(mistake(() => readSeccompFile(fileOf(content), [], 'x86_64'))).toMatch(sentence);
});

test('a profile has to be there', () => {
  expect(mistake(() => readSeccompFile('/no/such', [], 'x86_64'))).toBe(
    'opening seccomp profile (/no/such) failed: there is no such file or folder',
  );
});
