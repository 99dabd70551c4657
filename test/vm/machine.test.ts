// The virtual machine itself: that it is what the other tests take it for, and that it never outlives its test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { Vm } from '../../scripts/vm/vm.ts';
import { describeInVm } from './in-vm.ts';

const CHECKOUT = join(import.meta.dirname, '../..');

describeInVm('the virtual machine', {}, (run) => {
  test('gives back exit code, output and errors', async () => {
    expect(await run(['sh', '-c', 'cat; echo oops >&2; exit 7'], { input: 'in\n' })).toEqual({
      code: 7,
      stdout: 'in\n',
      stderr: 'oops\n',
    });
  });

  test('says how a signal ended a command, and that a command is not there', async () => {
    expect((await run(['sh', '-c', 'kill -TERM $$'])).code).toBe(128 + 15);
    expect((await run(['nonsense'])).code).toBe(127);
  });

  test('ends a command that takes too long, and shows what it had said', async () => {
    await expect(run(['sh', '-c', 'echo so far; sleep 1000'], { timeoutMs: 500 })).rejects.toThrow(
      /still running.*\nso far/,
    );
  });

  test('has cgroup v2 and nothing else', async () => {
    const { stdout } = await run(['cat', '/proc/mounts', '/sys/fs/cgroup/cgroup.controllers']);
    expect(stdout).toContain('cgroup2 /sys/fs/cgroup cgroup2');
    expect(stdout).not.toMatch(/ cgroup rw/);
    expect(stdout).toContain('cpuset cpu io memory hugetlb pids');
  });

  test('has a root that pivot_root can leave, and beside it one that is the initramfs', async () => {
    const root = ['awk', '$5 == "/" { print $(NF - 2) }', '/proc/self/mountinfo'];
    expect((await run(root)).stdout).toBe('tmpfs\n');
    expect((await run(root, { onInitramfs: true })).stdout).toMatch(/^(rootfs|tmpfs)\n$/);
    expect((await run(['ls', '-d', '/init'], { onInitramfs: true })).code).toBe(0);
  });

  test('has an ordinary user with a home on a disk and a range of ids', async () => {
    const { stdout } = await run(['sh', '-c', 'id -u; cd && touch file && ls; cat /etc/subuid'], { uid: 1000 });
    expect(stdout).toBe('1000\nfile\nuser:100000:65536\n');
  });

  test('that does not come up is an error with the last words of its console', async () => {
    const tooSmall = Vm.start({ memoryMiB: 256 });
    await expect(tooSmall).rejects.toThrow(/qemu ended .*Initramfs unpacking failed.*Kernel panic/s);
  });

  test('ends with the process that started it, even one that is killed', async () => {
    const starter = "const { Vm } = await import('./scripts/vm/vm.ts'); await Vm.start(); console.log('up');";
    const child = spawn(process.execPath, ['--no-warnings', '-e', starter], { cwd: CHECKOUT });
    await once(createInterface({ input: child.stdout }), 'line');
    const machines = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
    expect(machines).toHaveLength(1);
    await vi.waitFor(() => expect(machines.filter(isAlive)).toEqual([]), { timeout: 10_000 });
  });
});

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z';
}

/** `pid (name) state parent …` (man 5 proc); the name may hold anything. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined; // it has ended meanwhile
  }
}
