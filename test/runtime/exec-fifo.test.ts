// The exec fifo, with a shell in the place of init.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { close } from '../../src/linux/files.ts';
import { isAwaited, makeExecFifo, sendWord } from '../../src/runtime/exec-fifo.ts';
import { until } from '../system/until.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fifo-'));
  path = join(folder, 'exec.fifo');
  close(makeExecFifo(path));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Waits at the fifo, which it has open as descriptor 3; then does what `line` says. */
async function waiter(line: string) {
  const child = spawn('sh', ['-c', `exec 3<>"$1"; head -c 1 <&3 >/dev/null; ${line}`, 'sh', path], {
    stdio: 'ignore',
    detached: true,
  });
  await until('it to wait', () => isAwaited(path));
  return child;
}

describe('isAwaited', () => {
  test('is true as long as somebody has it open to read', async () => {
    expect(isAwaited(path)).toBe(false);
    const child = await waiter('exit 0');
    expect(isAwaited(path)).toBe(true);
    process.kill(-(child.pid as number), 'SIGKILL'); // head has it open too
    await until('nobody to wait', () => !isAwaited(path));
  });

  test('is false where there is no fifo', () => {
    expect(isAwaited(join(folder, 'nothing'))).toBe(false);
  });
});

describe('sendWord', () => {
  test('is undefined when nobody waits', () => {
    expect(sendWord(path)).toBeUndefined();
    expect(sendWord(join(folder, 'nothing'))).toBeUndefined();
  });

  test('returns when the fifo is closed, as by an execve, though the process lives on', async () => {
    const child = await waiter('exec 3>&-; exec sleep 1000');
    expect(sendWord(path)).toEqual({ begun: true });
    expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
  });

  test('brings what was left in the fifo by one that failed', async () => {
    await waiter('printf "no wind" >&3; exit 1');
    expect(sendWord(path)).toEqual({ begun: false, said: Buffer.from('no wind') });
  });
});
