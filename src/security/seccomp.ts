// A seccomp profile as a program for the kernel, which runs it at each system call of the container (man 2 seccomp).
//
//     seccomp(SECCOMP_SET_MODE_FILTER, 0, compile(spec.linux.seccomp))
//
// The program looks at the architecture first: call 11 is munmap for x86_64 and execve for i386, and a program may
// change between them at any time (`int 0x80`). Then a binary search finds the run of numbers that the call belongs to,
// with some seven comparisons for all of Docker's profile. Where a rule asks for arguments, they are compared last.
//
//     load architecture
//     x86_64?  load number   ≥ 101?  ≥ 44? …   →  allow, errno, or compare arguments
//     i386?    load number   …
//     kill

import { machine as thisMachine } from '../linux/door.ts';
import type { Seccomp } from '../oci.ts';
import { compareArgument } from './seccomp-arguments.ts';
import { type Decisions, decide, defaultAnswer, KILL_PROCESS, type Run, toRuns } from './seccomp-decisions.ts';
import { addMultiplexed } from './seccomp-multiplexed.ts';
import { notifyMistakes } from './seccomp-notify.ts';
import { IF_AT_LEAST, IF_EQUAL, type Place, Program } from './seccomp-program.ts';
import { X32_BIT } from './syscalls.ts';

/** The offsets in struct seccomp_data. */
const NUMBER = 0;
const ARCHITECTURE = 4;

/** linux/audit.h. */
const AUDIT_ARCH = { x86_64: 0xc000003e, i386: 0x40000003, arm64: 0xc00000b7, arm: 0x40000028 };

/** What is done for one architecture. */
interface Section {
  auditArch: number;
  is32Bit: boolean;
  runs: Run[];
}

/**
 * The filter as struct sock_filter after struct sock_filter.
 * @throws Error for an action, operator or argument that does not exist, for SCMP_ACT_NOTIFY without an agent, for a profile too long.
 */
export function compile(seccomp: Seccomp, machine: 'x86_64' | 'arm64' = thisMachine): Buffer {
  const [mistake] = notifyMistakes(seccomp);
  if (mistake !== undefined) throw new Error(`seccomp: ${mistake}`);
  const decisions = decide(seccomp);
  const sections = machine === 'x86_64' ? x86Sections(seccomp, decisions) : armSections(seccomp, decisions);
  const program = new Program();
  let next = program.answer(KILL_PROCESS); // an architecture that the profile does not name
  for (const section of sections.reverse()) next = writeSection(program, section, next);
  program.load(ARCHITECTURE, next);
  return program.toBuffer();
}

function x86Sections(seccomp: Seccomp, decisions: Decisions): Section[] {
  const runs = [...toRuns(seccomp, decisions, 'x86_64'), ...x32Runs(seccomp, decisions)];
  const sections = [{ auditArch: AUDIT_ARCH.x86_64, is32Bit: false, runs }];
  if (!has(seccomp, 'SCMP_ARCH_X86')) return sections;
  const runs32 = toRuns(seccomp, addMultiplexed(decisions), 'i386');
  return [...sections, { auditArch: AUDIT_ARCH.i386, is32Bit: true, runs: runs32 }];
}

/** x32 says that it is x86_64, but its numbers have one bit more. So has -1, by which a tracer has a call left out. */
function x32Runs(seccomp: Seccomp, decisions: Decisions): Run[] {
  if (has(seccomp, 'SCMP_ARCH_X32')) return toRuns(seccomp, decisions, 'x32');
  return [
    { from: X32_BIT, tests: [], answer: KILL_PROCESS },
    { from: 0xffffffff, tests: [], answer: defaultAnswer(seccomp) },
  ];
}

function armSections(seccomp: Seccomp, decisions: Decisions): Section[] {
  const sections = [{ auditArch: AUDIT_ARCH.arm64, is32Bit: false, runs: toRuns(seccomp, decisions, 'arm64') }];
  if (!has(seccomp, 'SCMP_ARCH_ARM')) return sections;
  return [...sections, { auditArch: AUDIT_ARCH.arm, is32Bit: true, runs: toRuns(seccomp, decisions, 'arm') }];
}

function has({ architectures = [] }: Seccomp, name: string): boolean {
  return architectures.includes(name);
}

/** For any other architecture it goes on at `next`. */
function writeSection(program: Program, section: Section, next: Place): Place {
  const begin = program.load(NUMBER, writeSearch(program, section, 0, section.runs.length));
  return program.branch(IF_EQUAL, section.auditArch, begin, next);
}

/** Halves the runs from `begin` up to `end` until one is left. */
function writeSearch(program: Program, section: Section, begin: number, end: number): Place {
  const middle = (begin + end) >> 1;
  const run = section.runs[middle] as Run;
  if (middle === begin) return writeRun(program, run, section.is32Bit);
  const upper = writeSearch(program, section, middle, end);
  const lower = writeSearch(program, section, begin, middle);
  return program.branch(IF_AT_LEAST, run.from, upper, lower);
}

/** One test after the other. One whose arguments all match answers; where one misses, the next test begins. */
function writeRun(program: Program, { tests, answer }: Run, is32Bit: boolean): Place {
  let miss = program.answer(answer);
  for (const test of tests.toReversed()) {
    let match = program.answer(test.answer);
    for (const arg of test.args.toReversed()) match = compareArgument(program, arg, is32Bit, { match, miss });
    miss = match;
  }
  return miss;
}
