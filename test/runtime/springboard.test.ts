// The springboard, run by itself: descriptor 3 is its channel.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { springboardElf } from '../../src/runtime/springboard.ts';

const folder = mkdtempSync(join(tmpdir(), 'springboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Under which program each machine's code runs here: of the other one it is an emulator, if there is one. */
const EMULATORS = { x86_64: 'qemu-x86_64-static', arm64: 'qemu-aarch64-static' } as const;
const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';

describe.each(['x86_64', 'arm64'] as const)('the springboard for %s', (machine) => {
  const file = join(folder, machine);
  writeFileSync(file, springboardElf(3, machine), { mode: 0o755 });
  const isOwn = machine === own;
  const runs = isOwn || spawnSync(EMULATORS[machine], ['--version']).status === 0;
  /** A test that is left out aloud where its machine's code cannot be run. */
  const check = (name: string, body: () => void) =>
    test(name, ({ skip }) =>
      runs ? body() : skip(`there is no ${EMULATORS[machine]} to run it: apt install qemu-user-static`),
    );

  /** argv[0] is the program to become. */
  function jump(argv: [string, ...string[]], channel: 'pipe' | 'ignore' = 'pipe') {
    const [path, ...args] = argv;
    const options = { env: { A: 'b' }, stdio: ['ignore', 'pipe', 'pipe', channel] } as const;
    const { output, status } = isOwn
      ? spawnSync(file, args, { ...options, argv0: path, stdio: [...options.stdio] })
      : spawnSync(EMULATORS[machine], ['-0', path, file, ...args], { ...options, stdio: [...options.stdio] });
    return { status, stdout: output?.[1]?.toString(), channel: output?.[3] };
  }

  check('becomes the program, with its arguments and environment', () => {
    expect(jump(['/bin/sh', 'sh', '-c', 'echo "$0 $1 $A"', 'x', 'y'])).toMatchObject({ status: 0, stdout: 'x y b\n' });
  });

  check('does not leave the channel open to it', () => {
    const { stdout } = jump(['/bin/sh', 'sh', '-c', '[ -e /proc/self/fd/3 ] || echo closed']);
    expect(stdout).toBe('closed\n');
  });

  check('tells the errno of a program that is not there', () => {
    const { status, channel } = jump(['/not/there', 'x']);
    expect({ status, errno: channel?.readInt32LE() }).toEqual({ status: 127, errno: 2 });
  });

  if (isOwn)
    test('does nothing for a container that starts it without a channel', () => {
      const script = `exec 3>&-; exec "${file}" sh -c 'echo started'`;
      expect(spawnSync('sh', ['-c', script])).toMatchObject({ status: 127, stdout: Buffer.from('') });
    });
});
