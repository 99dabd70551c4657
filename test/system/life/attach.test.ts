// Those who come to a container that runs in the background, and go again.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientsOf } from '../processes.ts';
import { Pty } from '../pty.ts';
import { homeOf, type Started, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { background, removeLater } from './in-background.ts';

/** How often somebody has come to a container, as its shim tells. */
const visitsTo = (name: string) =>
  readFileSync(join(homeOf().SLIPWAY_ROOT, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"Action":"attach"') && line.includes(`"name":"${name}"`)).length;

/** Comes to a container, and resolves when its shim knows. */
async function visit(name: string, flags: readonly string[] = []): Promise<Started> {
  const before = visitsTo(name);
  const visitor = start(['attach', ...flags, name]);
  await until('the visitor to be there', () => visitsTo(name) > before);
  return visitor;
}

describe('attach', () => {
  test('shows what is written from then on, each stream apart, and has the exit code', async () => {
    await background('echo', 'echo early; read x; echo out $x; echo err $x >&2; exit 4', ['-i']);
    await using visitor = await visit('echo');
    visitor.child.stdin.write('now\n');
    expect(await visitor.ended).toEqual({ code: 4, stdout: 'out now\n', stderr: 'err now\n' });
  });

  test('passes signals on, unless it is told not to', async () => {
    await background('signalled', 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.05; done');
    await until('it to be ready', async () => (await slipway(['logs', 'signalled'])).stdout === 'ready\n');
    await using deaf = await visit('signalled', ['--sig-proxy=false']);
    deaf.kill('SIGTERM');
    expect((await deaf.ended).code).toBe(143);
    await using visitor = await visit('signalled');
    visitor.kill('SIGTERM');
    expect(await visitor.ended).toEqual({ code: 3, stdout: 'caught\n', stderr: '' });
  });

  test('--no-stdin leaves our stdin alone', async () => {
    await background('reader', 'read x; echo got $x', ['-i']);
    await using silent = await visit('reader', ['--no-stdin']);
    silent.child.stdin.end('not this\n');
    await using speaker = await visit('reader');
    speaker.child.stdin.end('but this\n');
    expect((await silent.ended).stdout).toBe('got but this\n');
  });

  test('to what does not run is an error', async () => {
    const sentence = 'slipway: You cannot attach to a stopped container, start it first\n';
    expect(await slipway(['attach', 'echo'])).toEqual({ code: 1, stdout: '', stderr: sentence });
    expect((await slipway(['attach', 'nosuch'])).stderr).toContain('no such container: nosuch');
    expect((await slipway(['attach'])).code).toBe(125);
    removeLater('loop');
    await slipway(['run', '-d', '--name', 'loop', '--restart', 'always', 'box', 'false']);
    await until('a pause', async () => (await slipway(['attach', 'loop'])).stderr.includes('restarting container'));
  });

  test('one whose reader is gone leaves the program alone', async () => {
    await background('chatty', 'while :; do echo line; done');
    await using visitor = await visit('chatty');
    visitor.child.stdout.destroy();
    await visitor.ended;
    await until('it to be gone', () => clientsOf('chatty') === 0);
    expect((await slipway(['ps', '-q', '-f', 'name=chatty'])).stdout).not.toBe('');
    await slipway(['rm', '-f', 'chatty']);
  });

  test('a killed one does too', async () => {
    await background('survivor', 'read x; echo got $x', ['-i']);
    const visitor = await visit('survivor');
    visitor.kill('SIGKILL');
    await visitor.ended;
    await until('it to be gone', () => clientsOf('survivor') === 0);
    await using next = await visit('survivor');
    next.child.stdin.end('it\n');
    expect((await next.ended).stdout).toBe('got it\n');
  });
});

describe('the detach keys', () => {
  test('leave a program at a terminal to itself, and attach comes back to it', async () => {
    removeLater('shell');
    await using terminal = new Pty(['run', '-it', '--name', 'shell', 'box', 'sh']);
    await terminal.shows('# ');
    await terminal.type('echo $((6*7))\n');
    await terminal.shows('42');
    await terminal.type('\x10\x11');
    expect(await terminal.ended).toBe(0);
    expect(terminal.isRaw()).toBe(false);

    await using second = new Pty(['attach', 'shell']);
    await second.type('echo $((6*8))\n');
    await second.shows('48');
    await second.type('exit 7\n');
    expect(await second.ended).toBe(7);
  });

  test('may be others, and the usual ones then go to the program', async () => {
    removeLater('keys');
    await using terminal = new Pty(['run', '-it', '--detach-keys', 'ctrl-x,y', '--name', 'keys', 'box', 'cat', '-v']);
    await until('it to run', async () => (await slipway(['ps', '-q', '-f', 'name=keys'])).stdout !== '');
    await terminal.type('\x10 a\n');
    await terminal.shows('^P a\r\n^P a');
    await terminal.type('\x18z\n');
    await terminal.shows('^Xz');
    await terminal.type('\x18y');
    expect(await terminal.ended).toBe(0);
    expect((await slipway(['ps', '-q', '-f', 'name=keys'])).stdout).not.toBe('');
  });

  test('end every visit well, however soon the shim lets us go', async () => {
    await background('visited', 'cat', ['-it']);
    for (let visit = 0; visit < 30; visit++) {
      await using terminal = new Pty(['attach', 'visited']);
      await terminal.type('x\n');
      await terminal.shows('x\r\nx');
      await terminal.type('\x10\x11');
      expect(await terminal.ended).toBe(0);
    }
  });

  test('that are none are refused', async () => {
    const { code, stderr } = await slipway(['attach', '--detach-keys', 'ctrl-1', 'shell']);
    expect(code).toBe(125);
    expect(stderr).toContain('invalid detach keys (ctrl-1)');
  });
});

describe('ten clients at once', () => {
  const LINES = 200_000;

  test('all get all, but for one that stalls, whom nobody waits for; the log has it all', async () => {
    const script = `read go; seq 1 ${LINES}; echo done`;
    await background('shared', script, ['-i']);
    const visitors: Started[] = [];
    for (let count = 0; count < 10; count++) visitors.push(await visit('shared', count === 0 ? [] : ['--no-stdin']));
    const stalled = visitors[9] as Started;
    stalled.child.stdout.pause();
    visitors[0]?.child.stdin.write('go\n');
    const numbers = Array.from({ length: LINES }, (_, index) => `${index + 1}\n`).join('');
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    for (const visitor of visitors.slice(0, 9)) {
      expect(sum((await visitor.ended).stdout)).toBe(sum(`${numbers}done\n`));
    }
    expect((await slipway(['logs', 'shared'])).stdout).toBe(`${numbers}done\n`);
    stalled.child.stdout.resume();
    const { stdout, stderr } = await stalled.ended;
    // It may have missed something, but then it is told so.
    expect(numbers.startsWith(stdout.slice(0, 10_000))).toBe(true);
    if (stdout.length < numbers.length) expect(stderr).toMatch(/left out here/);
    for (const visitor of visitors) await visitor[Symbol.asyncDispose]();
  });
});
