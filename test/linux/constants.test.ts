// Compares our constants with the kernel's own headers: a small C program prints what they say.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import * as constants from '../../src/linux/constants.ts';
import { hasCompiler, isMissing } from './missing.ts';

const INCLUDES = [
  'fcntl.h',
  'poll.h',
  'sched.h',
  'signal.h',
  'sys/file.h',
  'sys/mman.h',
  'sys/mount.h',
  'sys/personality.h',
  'sys/prctl.h',
  'sys/resource.h',
  'sys/socket.h',
  'sys/stat.h',
  'sys/wait.h',
  'linux/capability.h',
  'linux/close_range.h',
  'linux/fs.h',
  'linux/ioprio.h',
  'linux/memfd.h',
  'linux/mempolicy.h',
  'linux/magic.h',
  'linux/openat2.h',
  'linux/sched.h',
  'linux/seccomp.h',
];

/** glibc calls these otherwise, or has none. */
const OTHER_NAMES: Record<string, string> = {
  O_LARGEFILE: process.arch === 'arm64' ? '0400000' : '0100000', // glibc says 0 on 64 bits, the kernel sets it
  SCHED_ISO: '4', // reserved, and in no header
  MPOL_WEIGHTED_INTERLEAVE: '6', // since Linux 6.9
  MFD_EXEC: '0x10', // since Linux 6.3, later than many headers
  EXT4_SUPER_MAGIC: '0xEF53',
  S_IFIFO: '__S_IFIFO',
  SIGSTKFLT: '16',
  SUID_DUMP_DISABLE: '0', // the kernel's own name, known from man 2 prctl
  SUID_DUMP_USER: '1',
};

/** Every number of constants.ts by its name, those in tables too. */
const all = new Map<string, number | bigint>();
for (const [name, value] of Object.entries(constants)) {
  if (name === 'CAPABILITIES')
    for (const [bit, capability] of constants.CAPABILITIES.entries()) all.set(capability, bit);
  else if (typeof value === 'object') for (const entry of Object.entries(value as object)) all.set(...entry);
  else all.set(name, value);
}

function printedByC(names: readonly string[]): Map<string, bigint> {
  const prints = names.map((name) => `P("${name}", ${OTHER_NAMES[name] ?? name})`).join('\n');
  const source = `
    #define _GNU_SOURCE
    ${INCLUDES.map((file) => `#include <${file}>`).join('\n')}
    #include <stdio.h>
    #define P(name, value) printf("%s %lld\\n", name, (long long)(value));
    int main(void) {
      ${prints}
      return 0;
    }`;
  const binary = `/tmp/slipway-constants-${process.pid}`;
  const compiled = spawnSync('cc', ['-x', 'c', '-o', binary, '-'], { input: source, encoding: 'utf8' });
  expect(compiled.stderr).toBe('');
  const { stdout } = spawnSync('sh', ['-c', `${binary}; rm ${binary}`], { encoding: 'utf8' });
  return new Map([...stdout.matchAll(/^(\w+) (-?\d+)$/gm)].map(([, name = '', value = '']) => [name, BigInt(value)]));
}

describe.skipIf(isMissing('C compiler with kernel headers', hasCompiler()))('the constants', () => {
  test('are those of the kernel headers', () => {
    const names = [...all.keys()];
    expect(names.length).toBeGreaterThan(250);
    const printed = printedByC(names);
    expect(names.map((name) => [name, BigInt(all.get(name) ?? 0)])).toEqual(
      names.map((name) => [name, printed.get(name)]),
    );
  });
});
