// A seccomp profile as a program for the kernel, which runs it before each system call of the container (man 2 seccomp).
//
//     seccomp(SECCOMP_SET_MODE_FILTER, 0, compile(spec.linux.seccomp))
//
// The program looks at the architecture first: call 59 is execve for x86_64 and olduname's neighbour for i386, and a
// program may change sides in the middle (`int 0x80`). Then a binary search finds the run of numbers that the call is
// in, about seven comparisons for all of Docker's profile. Where a rule asks for arguments, they are compared last.
//
//     load architecture
//     x86_64?  load number   ≥ 256?  ≥ 128? …   →  allow | errno | compare arguments
//     i386?    load number   …
//     kill

import { machine as thisMachine } from '../linux/door.ts';
import type { Seccomp } from '../oci.ts';
import { requireArguments } from './seccomp-arguments.ts';
import { type Decision, defaultAnswer, KILL_PROCESS, type Run, toRuns } from './seccomp-decisions.ts';
import { answer, encode, type Instruction, load, skipIfAtLeast, skipUnlessEqual } from './seccomp-instructions.ts';
import { syscallNumbers, X32_BIT } from './syscalls.ts';

/** The offsets in struct seccomp_data. */
const NUMBER = 0;
const ARCHITECTURE = 4;

/** linux/audit.h. */
const AUDIT_ARCH = { x86_64: 0xc000003e, i386: 0x40000003, arm64: 0xc00000b7, arm: 0x40000028 };

/** BPF_MAXINSNS. */
const LONGEST = 4096;

/**
 * The filter as struct sock_filter after struct sock_filter.
 * @throws Error for an action, operator or argument that does not exist, for SCMP_ACT_NOTIFY, and for a profile too long.
 */
export function compile(seccomp: Seccomp, machine: 'x86_64' | 'arm64' = thisMachine): Buffer {
  const sections = machine === 'x86_64' ? x86Sections(seccomp) : armSections(seccomp);
  const program = [load(ARCHITECTURE), ...sections, answer(KILL_PROCESS)];
  if (program.length > LONGEST) {
    throw new Error(
      `seccomp: the profile takes ${program.length} instructions, and the kernel takes ${LONGEST} at most`,
    );
  }
  return encode(program);
}

function x86Sections(seccomp: Seccomp): Instruction[] {
  const native = toRuns(seccomp, syscallNumbers('x86_64'), 0);
  const sections = section(AUDIT_ARCH.x86_64, [...native, ...x32Runs(seccomp)]);
  if (!has(seccomp, 'SCMP_ARCH_X86')) return sections;
  return [...sections, ...section(AUDIT_ARCH.i386, toRuns(seccomp, syscallNumbers('i386'), 0))];
}

/** x32 says that it is x86_64 and differs by a bit in the number. -1 has it too: a tracer's call that is to be skipped. */
function x32Runs(seccomp: Seccomp): Run[] {
  if (has(seccomp, 'SCMP_ARCH_X32')) return toRuns(seccomp, syscallNumbers('x32'), X32_BIT);
  return [
    { from: X32_BIT, decision: { tests: [], otherwise: KILL_PROCESS } },
    { from: 0xffffffff, decision: { tests: [], otherwise: defaultAnswer(seccomp) } },
  ];
}

function armSections(seccomp: Seccomp): Instruction[] {
  const sections = section(AUDIT_ARCH.arm64, toRuns(seccomp, syscallNumbers('arm64'), 0));
  if (!has(seccomp, 'SCMP_ARCH_ARM')) return sections;
  return [...sections, ...section(AUDIT_ARCH.arm, toRuns(seccomp, syscallNumbers('arm'), 0))];
}

function has({ architectures = [] }: Seccomp, name: string): boolean {
  return architectures.includes(name);
}

/** What is done for one architecture; any other goes on behind it. */
function section(auditArch: number, runs: Run[]): Instruction[] {
  const body = [load(NUMBER), ...search(runs)];
  return [...skipUnlessEqual(auditArch, body.length), ...body];
}

/** Halves the runs until one is left. */
function search(runs: Run[]): Instruction[] {
  const [only] = runs;
  if (only && runs.length === 1) return leaf(only.decision);
  const middle = runs.length >> 1;
  const lower = search(runs.slice(0, middle));
  const upper = search(runs.slice(middle));
  return [...skipIfAtLeast(runs[middle]?.from ?? 0, lower.length), ...lower, ...upper];
}

/** One test after the other; each that matches ends the program. */
function leaf({ tests, otherwise }: Decision): Instruction[] {
  const program = tests.flatMap((test) => [...requireArguments(test.args, 1), answer(test.answer)]);
  return [...program, answer(otherwise)];
}
