// A lesson presented in a real terminal: forward, back, out to a shell and in again; and the recording of it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, scratch, slipway } from './slipway.ts';
import { Tmux } from './tmux.ts';
import { until } from './until.ts';
import { ordinaryUser } from './users.ts';

/** A terminal in which lesson 02 is presented, at its first command. */
async function presenting(words = ''): Promise<{ terminal: Tmux; before: string }> {
  const terminal = new Tmux({ home: scratch('home') });
  await terminal.shows('shell>');
  const before = terminal.state();
  terminal.type(`${SLIPWAY} present 02 ${words}\n`);
  await terminal.shows('██'); // the title
  terminal.press('1');
  for (let slide = 0; slide < 10 && !terminal.screen().includes('run it'); slide++) {
    const seen = terminal.screen();
    terminal.press('Right');
    await terminal.changes(seen);
  }
  await terminal.shows('$ readlink /proc/self/root');
  return { terminal, before };
}

async function leaves(terminal: Tmux, before: string): Promise<void> {
  terminal.type('q');
  await terminal.shows(/^shell>$/m);
  await until('the terminal to be as before', () => terminal.state() === before);
}

describe('slipway present', () => {
  test('goes forward, back, out to a shell in the guard, and in again', async () => {
    const { terminal, before } = await presenting();
    await using _ = terminal;
    expect(terminal.screen()).not.toContain('ended with 0');
    terminal.press('Right');
    await terminal.shows('ended with 0');
    const ran = terminal.screen();
    terminal.press('Left');
    await terminal.shows('run it');
    expect(terminal.screen()).not.toContain('ended with 0');
    terminal.press('Right');
    await terminal.shows('ended with 0');
    expect(terminal.screen()).toBe(ran);
    terminal.type('s');
    await terminal.shows(/[#$] *$/m);
    terminal.type('sh /tmp/step; touch /etc/of-the-shell; echo pid $$\n');
    await terminal.shows(/^pid \d\d?$/m);
    terminal.type('exit\n');
    await terminal.shows('ended with 0');
    expect(terminal.screen()).toBe(ran);
    await leaves(terminal, before);
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
  });

  test('records all of it, the shell too, so that it plays again', async () => {
    const file = join(scratch('record'), 'talk.cast');
    const { terminal, before } = await presenting(`--record ${file}`);
    await using _ = terminal;
    terminal.type('s');
    await terminal.shows(/[#$] *$/m);
    terminal.resize(100, 30);
    terminal.type('echo 船台 $((6 * 7)); stty size\n');
    await terminal.shows('30 100');
    terminal.type('exit\n');
    await terminal.shows('run it');
    terminal.resize(80, 24);
    await leaves(terminal, before);

    const [header, ...events] = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 80, height: 24, title: 'Another root' });
    expect(events.every(([seconds, code]) => seconds >= 0 && 'or'.includes(code))).toBe(true);
    expect(events.map(([seconds]) => seconds)).toEqual(events.map(([seconds]) => seconds).sort((a, b) => a - b));
    expect(events.flatMap(([, code, data]) => (code === 'r' ? data : []))).toContain('100x30');

    // What a player does.
    const output = events.map(([, code, data]) => (code === 'o' ? data : '')).join('');
    writeFileSync(`${file}.output`, output);
    await using player = new Tmux({ columns: 100, rows: 30 });
    player.type(`cat ${file}.output\n`);
    await player.shows('船台 42');
  });

  test('does not overwrite a recording, and needs a terminal for one', async () => {
    const file = join(scratch('record'), 'talk.cast');
    const piped = await slipway(['present', '02', '--record', file]);
    expect(piped.stderr).toContain('--record needs a terminal');
    writeFileSync(file, 'mine');
    await using terminal = new Tmux();
    await terminal.shows('shell>');
    terminal.type(`${SLIPWAY} present 02 --record ${file}\n`);
    await terminal.shows('is there already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test.each([undefined, ordinaryUser()])('is printed with its notes where there is no terminal (%o)', async (user) => {
    const { code, stdout } = await slipway(['present', '02', '--lang', 'zh'], { user });
    expect(code).toBe(0);
    expect(stdout).toContain('讲稿：');
    expect((await slipway(['lesson', '02', '--lang', 'zh'], { user })).stdout).not.toContain('讲稿：');
  });

  test('asks for a lesson', async () => {
    const { code, stderr } = await slipway(['present']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('a lesson is missing') });
  });
});
