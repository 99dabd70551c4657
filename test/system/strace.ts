// Reads what strace wrote (`strace -ff -o FILE -s 4096`: one FILE.PID for each process) and what --explain=json wrote, in
// one form, so that the two can be compared.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** One call. `result` as C has it; null for a call that did not return, `errno` the name of it. */
export interface Call {
  call: string;
  args: string;
  result: number | null;
  errno: string | undefined;
}

/** By process, in the order of time. */
export type Calls = Map<number, Call[]>;

/** The files FILE.PID of strace. */
export function readStrace(file: string): Calls {
  const prefix = `${basename(file)}.`;
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix));
  return new Map(names.map((name) => [Number(name.slice(prefix.length)), parseStrace(join(dirname(file), name))]));
}

function parseStrace(path: string): Call[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => parseLine(line) ?? []);
}

/** `mkdirat(AT_FDCWD, "x", 0755) = -1 EEXIST (File exists)`; what strace says of signals and ends is left out. */
function parseLine(line: string): Call | undefined {
  const match = /^(\w+)\((.*)\)\s+= (\?|-?\w+)(?: (E\w+) \()?/.exec(line);
  if (match === null) return undefined;
  const [, call = '', args = '', result = '', errno] = match;
  return { call, args, result: result === '?' ? null : toNumber(result), errno };
}

/** 12, 0x1f or, as umask has it, 022. */
function toNumber(text: string): number {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

/** The lines of --explain=json. */
export function readExplained(file: string): Calls {
  const calls: Calls = new Map();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { pid, call, args, result, code } = JSON.parse(line);
    const ofPid = calls.get(pid) ?? [];
    ofPid.push({ call, args, result, errno: code });
    calls.set(pid, ofPid);
  }
  return calls;
}

/** What the two cannot say alike: strace shows more of it, or in its own words. */
const SHOWN_SHORTER = new Set([
  'statx',
  'statfs',
  'fstatfs',
  'sendmsg',
  'recvmsg',
  'rt_sigaction',
  'ioctl',
  'waitid',
  'getrandom',
  'bpf',
  'read',
  'write',
]);

/** The calls of a process, each found in what strace saw of it, in order. */
export interface Comparison {
  /** Explained, but not what strace saw next of that kind. */
  wrong: string[];
  /** Seen by strace, and not explained. */
  unexplained: Call[];
}

/**
 * Looks up every explained call in what strace saw: the same call with the same result and arguments, in the same order.
 * What strace saw before the first explained call, or of the program that was started, is no concern of ours.
 */
export function compare(explained: readonly Call[], seen: readonly Call[]): Comparison {
  const comparison: Comparison = { wrong: [], unexplained: [] };
  let at = 0;
  for (const [index, call] of explained.entries()) {
    if (isSecondReturn(call) || failsAtOnce(call, explained[index + 1])) continue;
    const found = seen.findIndex((other, position) => position >= at && isSame(call, other));
    if (found < 0) {
      comparison.wrong.push(
        `${show(call)}: strace saw ${
          seen
            .slice(at)
            .filter((other) => other.call === call.call)
            .map(show)[0]
        }`,
      );
      continue;
    }
    if (index > 0) comparison.unexplained.push(...seen.slice(at, found));
    at = found + 1;
  }
  const isOver = seen[at - 1]?.call === 'execve' && seen[at - 1]?.result === 0;
  if (!isOver) comparison.unexplained.push(...untilProgram(seen.slice(at)));
  return comparison;
}

/** What a process does up to the execve that works: after it the calls are a program's. */
function untilProgram(calls: readonly Call[]): readonly Call[] {
  const start = calls.findIndex(({ call, result }) => call === 'execve' && result === 0);
  return start < 0 ? calls : calls.slice(0, start + 1);
}

/** A fork returns in the child too, which strace does not see. */
function isSecondReturn({ call, result }: Call): boolean {
  return (call === 'clone' || call === 'clone3') && result === 0;
}

/** execve is shown ahead, and once more when it failed. */
function failsAtOnce({ call, result }: Call, next: Call | undefined): boolean {
  return call === 'execve' && result === null && next?.call === 'execve' && next.result === -1;
}

function isSame(explained: Call, seen: Call): boolean {
  if (explained.call !== seen.call || explained.errno !== seen.errno) return false;
  // A call that is explained ahead has no result; an execve that strace saw return has succeeded.
  if (explained.result !== seen.result && !(explained.result === null && seen.result === 0)) return false;
  return SHOWN_SHORTER.has(seen.call) || normalize(explained.args) === normalize(seen.args);
}

export function show({ call, args, result, errno }: Call): string {
  return `${call}(${args}) = ${result ?? '?'}${errno ? ` ${errno}` : ''}`;
}

/** The arguments in a form that is the same for both: `name: value` and `name=value`, flags in any order, no addresses. */
function normalize(args: string): string {
  return args
    .replace(/\b(\d+)<[^>]*>/g, '$1') // what a descriptor is open on
    .replace(/ \/\* .*? \*\//g, '') // strace's own remarks
    .replace(/\\u00([0-9a-f]{2})/g, (_, hex) => `\\${Number.parseInt(hex, 16).toString(8)}`) // a byte, in JSON and in C
    .replace(/: /g, '=')
    .replace(/\b[A-Z0-9_x]+(\|[A-Z0-9_x]+)+/g, (flags) => flags.split('|').sort().join('|'))
    .replace(/0x[0-9a-f]{6,}|…|NULL/g, 'ADDRESS');
}
