// The image in use: entered with chroot, as in lesson 2, its programs do their work.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ensureBox } from '../../src/chroot/box.ts';
import { planBox } from '../../src/chroot/box-plan.ts';
import { readElf } from '../../src/chroot/elf.ts';

const layers = mkdtempSync(join(tmpdir(), 'slipway-test-'));
afterAll(() => rmSync(layers, { recursive: true, force: true }));

const hasBusybox = planBox().entries.has('/bin/busybox');
if (!hasBusybox) test.skip('a box made of busybox: NOT TESTED, since this machine has none', () => {});

describe.each<[string, string[]]>([
  ...(hasBusybox ? [['busybox', []] satisfies [string, string[]]] : []),
  ['the core tools', ['busybox']],
  ['the core tools without ps and hostname', ['busybox', 'ps', 'hostname']],
])('a box made of %s', (_, without) => {
  const image = ensureBox(join(layers, without.join('-') || 'busybox'), { without });

  /** Runs a command line in the image, in namespaces of its own, as PID 1. */
  function run(command: string): string {
    const script = `echo box-test > /proc/sys/kernel/hostname
      mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh -c "$2"`;
    const args = ['--mount', '--uts', '--pid', '--fork', 'sh', '-c', script, 'sh', image, command];
    const { stdout, stderr, status } = spawnSync('unshare', args, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return stdout;
  }

  test('tells its hostname, its processes and its user, and lists its root', () => {
    const [hostname, processes = '', id, ...root] = run(
      'hostname; ps > /ps; cat /ps | tr "\\n" "|"; echo; id; ls /',
    ).split('\n');
    expect(hostname).toBe('box-test');
    expect(processes).toMatch(/^ *PID.*\| *1 .*\bsh\b.*\| *\d+ .*\bps\b/);
    expect(id).toMatch(/^uid=0\(root\) gid=0\(root\)/);
    expect(root).toEqual(
      expect.arrayContaining(['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'var']),
    );
  });

  test('knows the names of users and groups', () => {
    expect(run('id nobody; ls -ld /tmp')).toMatch(
      /^uid=65534\(nobody\) gid=65534\(nobody\).*\ndrwxrwxrwt.* root +root /,
    );
  });

  test('calculates, searches and sorts', () => {
    expect(run('seq 1 4 | awk "{ sum += \\$1 } END { print sum }"; printf "b\\na\\nc\\n" | grep -v c | sort')).toBe(
      '10\na\nb\n',
    );
  });

  test('answers to the usual paths of scripts', () => {
    expect(run('/bin/sh -c "echo 1"; /usr/bin/env echo 2')).toBe('1\n2\n');
  });

  test('has all libraries where the loader itself finds them', () => {
    const files = [...planBox({ without }).entries].filter(([, { kind }]) => kind === 'file').map(([path]) => path);
    const dynamic = files.flatMap((path) => {
      const loader = loaderOf(join(image, path));
      return loader?.includes('/ld-linux') ? [`${loader} --list ${path}`] : [];
    });
    if (without.length > 0) expect(dynamic.length).toBeGreaterThan(20);
    expect(run(dynamic.map((line) => `${line} > /dev/null || echo ${line}`).join('\n') || 'true')).toBe('');
  });
});

function loaderOf(path: string): string | undefined {
  try {
    return readElf(path).interpreter;
  } catch {
    return undefined; // a script, or a description of a terminal
  }
}
