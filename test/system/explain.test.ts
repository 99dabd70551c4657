// --explain against strace: what is explained is what strace saw, in order, and nothing of a container's start is left
// out. Left out on purpose is what Node does for itself, and what moves a program's data (see src/linux/trace.ts).

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing } from '../linux/missing.ts';
import { type Calls, compare, readExplained, readStrace, show } from './strace.ts';

const repository = join(import.meta.dirname, '../..');
const scratch = mkdtempSync('/tmp/explain-');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Of these, strace may see none that is not explained. */
const ALL_EXPLAINED = new Set(
  [
    ['clone', 'clone3', 'execve', 'setsid', 'unshare', 'setns', 'sethostname', 'setdomainname'],
    ['mount', 'umount2', 'pivot_root', 'chroot', 'open_tree', 'move_mount', 'mount_setattr'],
    ['fsopen', 'fsconfig', 'fsmount', 'openat2', 'mknodat', 'symlinkat', 'close_range', 'dup3', 'pidfd_open'],
    ['pidfd_send_signal', 'wait4', 'waitid', 'prctl', 'seccomp', 'capset', 'keyctl', 'bpf', 'socketpair'],
    ['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups', 'sendmsg', 'recvmsg'],
  ].flat(),
);

/** Runs the command under strace, which writes to `<name>.strace.PID`. */
function runTraced(
  name: string,
  command: readonly string[],
): { status: number | null; stdout: string; stderr: string; seen: Calls } {
  const file = join(scratch, `${name}.strace`);
  const { status, stdout, stderr } = spawnSync('strace', ['-ff', '-o', file, '-s', '4096', ...command], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, seen: readStrace(file) };
}

/** What is wrong in what was explained, and what was kept back, as text by process. */
function differences(explained: Calls, seen: Calls): string[] {
  return [...explained].flatMap(([pid, calls]) => {
    const { wrong, unexplained } = compare(calls, seen.get(pid) ?? []);
    const kept = unexplained.filter(({ call, args }) => ALL_EXPLAINED.has(call) && !isOfNode(call, args));
    return [
      ...wrong.map((text) => `${pid} explained ${text}`),
      ...kept.map((call) => `${pid} kept back ${show(call)}`),
    ];
  });
}

/** V8 names its memory, and libuv makes threads and names them. */
function isOfNode(call: string, args: string): boolean {
  return (call === 'prctl' && /^PR_SET_VMA|^PR_SET_NAME/.test(args)) || args.includes('CLONE_THREAD');
}

const hasStrace = spawnSync('strace', ['--version']).status === 0;

describe.skipIf(isMissing('strace', hasStrace))('--explain', () => {
  describe('of about every call of src/linux', () => {
    let explained: Calls;
    let seen: Calls;
    beforeAll(() => {
      mkdirSync(join(scratch, 'folder'));
      const trace = join(scratch, 'calls.json');
      const script = join(import.meta.dirname, 'explain-calls.ts');
      const run = runTraced('calls', ['scripts/node.sh', script, trace, join(scratch, 'folder')]);
      expect(run).toMatchObject({ status: 0, stdout: '', stderr: '' });
      explained = readExplained(trace);
      seen = run.seen;
    });

    test('shows what strace saw, process by process, in order', () => {
      expect([...explained.values()].flat().length).toBeGreaterThan(220);
      expect(differences(explained, seen)).toEqual([]);
    });

    test('knows each process by the number that strace knows', () => {
      expect(explained.size).toBe(11); // the first, a child for each part, and three in PID namespaces
      for (const pid of explained.keys()) expect(seen.has(pid)).toBe(true);
    });
  });

  describe('of a container', () => {
    let explained: Calls;
    let seen: Calls;
    let output: string;
    const trace = join(scratch, 'run.json');
    beforeAll(() => {
      spawnSync('./slipway', ['run', '--rm', 'box', 'true'], { cwd: repository }); // makes the image, if it is missing
      const options = ['--explain=json', '--explain-file', trace, '--init', '-v', '/usr/share:/mnt:ro', '-u', '1:1'];
      const run = runTraced('run', ['./slipway', 'run', '--rm', ...options, 'box', 'echo', 'hello']);
      expect(run).toMatchObject({ status: 0, stderr: '' });
      ({ seen, stdout: output } = run);
      explained = readExplained(trace);
    });

    test('shows what strace saw, process by process, in order, and keeps nothing back', () => {
      expect([...explained.values()].flat().length).toBeGreaterThan(300);
      expect(differences(explained, seen)).toEqual([]);
    });

    test('shows the madvise ahead of each fork', () => {
      const advice = (calls: Calls) => [...calls.values()].flat().filter(({ args }) => args.endsWith('MADV_DOFORK'));
      expect(advice(seen).length).toBeGreaterThanOrEqual(2);
      expect(advice(explained).length).toBe(advice(seen).length);
    });

    test('leaves the program’s output alone', () => {
      expect(output).toBe('hello\n');
    });

    test('says of each call who made it, in which step, and which lesson explains it', () => {
      const lines = readFileSync(trace, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const one = (call: string) => lines.find((line) => line.call === call && line.role === 'init');
      expect(one('pivot_root')).toMatchObject({ step: 'pivot', lesson: '04-pivot-root', result: 0 });
      expect(one('sethostname')).toMatchObject({ step: 'names', lesson: '03-namespaces' });
      expect(one('execve')).toMatchObject({ step: 'execve', lesson: '01-process', result: null });
      expect(lines.find(({ call, role }) => call === 'clone3' && role === 'shim')).toMatchObject({
        step: 'clone',
        lesson: '03-namespaces',
      });
      expect(lines.filter(({ lesson }) => lesson === '05-cgroups').length).toBeGreaterThan(0);
      expect(lines.filter(({ lesson }) => !lesson)).toEqual([]);
    });
  });
});
