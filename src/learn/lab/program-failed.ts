// The program did not get as far as a goal wants to look: why, for the learner.

import { existsSync, readFileSync } from 'node:fs';
import type { Text } from '../text.ts';
import { cmdline, parentOf, processes } from './processes.ts';
import { PATIENCE_MS, type Program, REPORT } from './program.ts';
import type { Report } from './report.ts';

export class ProgramFailed extends Error {
  readonly seen: Text;
  readonly report: Report | undefined;
  /** It would have gone on for ever: there is no use in asking more of it. */
  readonly hangs: boolean;

  constructor(seen: Text, report: Report | undefined, hangs = false) {
    super(seen.en);
    this.seen = seen;
    this.report = report;
    this.hangs = hangs;
  }
}

/** A fork bomb of the learner's fills the guard, and what it has left keeps its numbers. */
export class NoProcessLeft extends ProgramFailed {}

/** It ended, and its command has never run. @param code its exit code. */
export function endedEarly(program: Program, code: number): ProgramFailed {
  if (program.refusal) return neverBegan(program.refusal);
  const last = program.stderr.trim().split('\n').at(-1) ?? '';
  const report = program.report();
  if (report) return new ProgramFailed({ en: report.message, zh: report.message }, report);
  if (code === 137) return new ProgramFailed(wasKilled(), report);
  if (program.stderr.includes('JavaScript heap out of memory')) return new ProgramFailed(HEAP_IS_FULL, report);
  return new ProgramFailed(
    {
      en: `the program ended with ${code} before its command ran${last && `: ${last}`}`,
      zh: `程序在命令运行之前就以 ${code} 结束了${last && `：${last}`}`,
    },
    report,
  );
}

export function neverBegan({ code, message }: NodeJS.ErrnoException): ProgramFailed {
  if (code === 'EAGAIN') return new NoProcessLeft(TOO_MANY, undefined);
  return new ProgramFailed(
    { en: `the program could not be started: ${message}`, zh: `程序无法启动：${message}` },
    undefined,
  );
}

const TOO_MANY: Text = {
  en: 'nothing more could be started: your program has made as many processes as the guard allows (EAGAIN)',
  zh: '无法再启动任何进程：你的程序创建的进程数已达到 guard 的上限 (EAGAIN)',
};

const SECONDS = PATIENCE_MS / 1000;

export function neverRan(program: Program): ProgramFailed {
  const other = wordsBelow(program.child.pid as number);
  const seen = {
    en: `its command did not run within ${SECONDS} s${other && `; what runs is: ${other}`}`,
    zh: `${SECONDS} 秒内命令没有运行起来${other && `；在运行的是：${other}`}`,
  };
  return new ProgramFailed(seen, program.report(), true);
}

const MOST_LETTERS = 60;

/** The words of a process that came from this one and has become another program; empty when there is none. */
function wordsBelow(ancestor: number): string {
  const below = processes().filter((pid) => isBelow(pid, ancestor));
  const lines = below.map(cmdline).filter((line) => line !== '' && !line.includes(REPORT));
  const words = (lines[0] ?? '').split('\0').join(' ').trim();
  return words.length > MOST_LETTERS ? `${words.slice(0, MOST_LETTERS)}…` : words;
}

function isBelow(pid: number, ancestor: number): boolean {
  const parent = parentOf(pid);
  return parent === ancestor || (parent > 1 && isBelow(parent, ancestor));
}

export function neverEnded(program: Program): ProgramFailed {
  const seen = { en: `it did not end within ${SECONDS} s`, zh: `${SECONDS} 秒内没有结束` };
  return new ProgramFailed(seen, program.report(), true);
}

const HEAP_IS_FULL: Text = {
  en: 'the program used up its memory, the heap of JavaScript, and Node ended it',
  zh: '程序用光了 JavaScript 的堆内存，被 Node 结束了',
};

function wasKilled(): Text {
  return oomKills() > 0
    ? { en: 'the kernel killed the program because it used up the memory', zh: '程序用光了内存，被内核杀死了' }
    : {
        en: 'the program was killed by SIGKILL before its command ran: by a kill, or by a memory limit that is too small',
        zh: '命令还没运行，程序就被 SIGKILL 杀死了：有人发了信号，或者内存上限太小',
      };
}

/** Processes that the guard's memory limit has killed. */
function oomKills(): number {
  const files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
  const text = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  return Number(/^oom_kill (\d+)$/m.exec(text.join(''))?.[1] ?? 0);
}
