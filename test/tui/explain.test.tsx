// The calls of a start: read, taken apart, shown, and turned into a script.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Call, isMaking, parseCalls, splitArguments, unquote } from '../../src/tui/explain/call.ts';
import { detailLines } from '../../src/tui/explain/detail.ts';
import { Explained } from '../../src/tui/explain/explain-screen.tsx';
import { manLine } from '../../src/tui/explain/man.ts';
import { toScript } from '../../src/tui/explain/script.ts';
import { open } from './app.tsx';
import { KEYS } from './screen.ts';

const ID = '4c19'.repeat(16);
const C = `/store/containers/${ID}`;

function call(role: string, step: string, name: string, args: string, result: number | null = 0): Call {
  return { atMs: 1.25, pid: 42, role, step, call: name, args, result, durationMs: 0.5, lesson: '03-namespaces' };
}

const CALLS: Call[] = [
  call('shim', 'limits', 'mkdirat', `4</sys/fs/cgroup/memory/slipway>, "${ID}", 0755`),
  call('shim', 'limits', 'write', `5</sys/fs/cgroup/memory/slipway/${ID}/memory.limit_in_bytes>, "67108864", 8`, 8),
  call('shim', 'clone', 'clone3', '{flags: CLONE_PIDFD|CLONE_NEWNS|CLONE_NEWUTS, pidfd: …}, 88', 43),
  call('init', 'names', 'sethostname', '"it\'s", 4'),
  call('init', 'names', 'openat', 'AT_FDCWD, "/etc/none", O_RDONLY', -1),
  call('init', 'root', 'mount', 'NULL, "/", NULL, MS_REC|MS_SLAVE, NULL'),
  call('init', 'root', 'fsconfig', `21, FSCONFIG_SET_STRING, "lowerdir+", "/store/layers/box", 0`),
  call('init', 'root', 'fsconfig', `21, FSCONFIG_SET_STRING, "upperdir", "${C}/upper", 0`),
  call('init', 'root', 'fsconfig', `21, FSCONFIG_SET_STRING, "workdir", "${C}/work", 0`),
  call('init', 'root', 'fsconfig', '21, FSCONFIG_CMD_CREATE, NULL, NULL, 0'),
  call('init', 'mounts', 'readlinkat', `AT_FDCWD, "/proc/self/fd/32", "${C}/rootfs/proc", 4096`, 103),
  call('init', 'mounts', 'mount', '"proc", "/proc/self/fd/32", "proc", MS_NOSUID|MS_NODEV, NULL'),
  call('init', 'devices', 'mknodat', `52<${C}/rootfs/dev>, "null", S_IFCHR|0666, makedev(0x1, 0x3)`),
  call('init', 'pivot', 'pivot_root', '".", "."'),
  call('init', 'cgroup', 'write', `7</sys/fs/cgroup/memory/slipway/${ID}/tasks>, "0", 1`, 1),
  call('init', 'confine', 'seccomp', 'SECCOMP_SET_MODE_FILTER, 0, {len: 463}'),
  call('init', 'execve', 'execve', '"/bin/sh", ["sh", "-c", "echo $HOME, \\"a\\""], … /* 3 vars */', null),
];

describe('calls', () => {
  test('are parsed line by line, and half a line waits for its rest', () => {
    const line = JSON.stringify(CALLS[0]);
    expect(parseCalls(`${line}\n${line.slice(0, 20)}`)).toEqual({ calls: [CALLS[0]], rest: line.slice(0, 20) });
  });

  test('have arguments, parted where C parts them', () => {
    expect(splitArguments('"a, \\"b", {x: 1, y: [2, 3]}, A|B')).toEqual(['"a, \\"b"', '{x: 1, y: [2, 3]}', 'A|B']);
    expect(splitArguments('')).toEqual([]);
    expect(unquote('"a\\"b"')).toBe('a"b');
    expect(unquote('NULL')).toBeUndefined();
  });

  test('that only look are not among the important', () => {
    expect(CALLS.filter((each) => !isMaking(each)).map((each) => each.call)).toEqual(['openat', 'readlinkat']);
  });

  test('have a line of their man page in both languages', () => {
    expect(manLine('clone3').en).toBe('clone3(2) - make a child process, in new namespaces if asked');
    expect(manLine('clone3').zh).toContain('namespace');
  });

  test('are opened to their arguments, flag by flag', () => {
    const lines = detailLines(CALLS[2] as Call, 60, (text) => text.en);
    expect(lines.join('\n')).toMatch(/1\. \n +flags: CLONE_PIDFD \| CLONE_NEWNS \| CLONE_NEWUTS\n +pidfd/);
    expect(lines.join('\n')).toContain('lesson: 03-namespaces');
    expect(lines.join('\n')).toContain("step('clone')"); // the source that made it
  });
});

describe('the script', () => {
  const script = toScript(CALLS, ['box', 'sh']);

  test('is made of the calls', () => {
    expect(script).toMatchSnapshot();
  });

  test('is a shell script', () => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the explain screen', () => {
  const trace = { calls: CALLS, isRunning: false, output: 'hello\n', exitCode: 0, start: () => {} };
  const screenOf = (changes = {}) => (
    <Explained trace={{ ...trace, ...changes }} words="box true" setWords={() => {}} />
  );

  test('lists the calls, and opens one', async () => {
    await using screen = open(screenOf());
    expect(screen.frame()).toMatchSnapshot();
    await screen.press(KEYS.down);
    await screen.press(KEYS.down);
    await screen.press(KEYS.enter);
    expect(screen.frame()).toContain('clone3(2) - make a child process');
  });

  test('scrolls a call that has more than the screen', async () => {
    const environment = Array.from({ length: 40 }, (_, index) => `v${index}: ${index}`).join(', ');
    const calls = [call('init', 'execve', 'execve', `{${environment}}`, null), ...CALLS];
    await using screen = open(screenOf({ calls }));
    await screen.press(KEYS.enter);
    expect(screen.frame()).toContain('v0: 0');
    await screen.press(' ');
    expect(screen.frame()).not.toContain('v0: 0');
    expect(screen.frame()).toContain('v20: 20');
    await screen.press(KEYS.down);
    expect(screen.frame()).toContain('mkdirat(2)');
  });

  test('shows the errno of a call that failed, however long its arguments', async () => {
    const failed = { ...call('init', 'root', 'mount', `"${'/long'.repeat(40)}", NULL`, -1), errno: 22, code: 'EINVAL' };
    await using screen = open(screenOf({ calls: [failed] }));
    await screen.press('f');
    expect(screen.frame()).toMatch(/mount\(.*…\) = -1 EINVAL/);
  });

  test('shows all calls, and the script', async () => {
    await using screen = open(screenOf(), { language: 'zh' });
    expect(screen.frame()).not.toContain('/etc/none');
    await screen.press('f');
    expect(screen.frame()).toContain('/etc/none');
    await screen.press('s');
    expect(screen.frame()).toContain('#!/bin/sh');
  });

  test('has the open call beside the list on a wide terminal', async () => {
    await using screen = open(screenOf(), { columns: 200, rows: 60 });
    expect(screen.frame()).toMatch(/mkdirat\(.*mkdirat\(2\) - make a folder/);
  });

  test('says what to do before anything has run', async () => {
    await using screen = open(screenOf({ calls: [], exitCode: undefined }));
    expect(screen.frame()).toContain('r runs it, and shows every system call');
  });
});
