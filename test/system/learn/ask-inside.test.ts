// Questions asked inside the namespaces of a process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askInRoot, askInside } from '../../../src/learn/ask-inside.ts';
import { scratch } from '../slipway.ts';

/** In new UTS and mount namespaces, with an empty folder as its root once it was entered by chroot. */
const ROOT = scratch('ask-inside');
const SCRIPT = `
  hostname inside; mount -t tmpfs tmpfs ${ROOT}; mkdir ${ROOT}/bin ${ROOT}/only-here
  cp "$(command -v busybox)" ${ROOT}/bin/sh; echo ready; exec chroot ${ROOT} /bin/sh -c 'echo in; read line'`;

let child: ReturnType<typeof start>;
beforeAll(async () => {
  child = start();
  for (let said = ''; !said.includes('in\n'); said += (await once(child.stdout, 'data'))[0]);
});
afterAll(() => {
  child.stdin.end('\n');
});

function start() {
  return spawn('unshare', ['--uts', '--mount', 'sh', '-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
}

describe('a question inside', () => {
  test('is answered by the namespace that was entered, and leaves us in ours', () => {
    const before = [hostname(), readlinkSync('/proc/self/ns/uts')];
    expect(askInside(child.pid as number, ['uts'], hostname)).toBe('inside');
    expect([hostname(), readlinkSync('/proc/self/ns/uts')]).toEqual(before);
  });

  test('begins at the root of the mount namespace, or at that of the process', () => {
    const list = () => readdirSync('/').join(' ');
    expect(askInside(child.pid as number, ['mount'], list)).toBe(list());
    expect(askInRoot(child.pid as number, list)).toBe('bin only-here');
  });

  test('that fails fails here', () => {
    const ask = () => askInside(child.pid as number, ['uts'], () => readlinkSync('/nowhere'));
    expect(ask).toThrow('ENOENT');
  });
});
