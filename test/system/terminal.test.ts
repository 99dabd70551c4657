// A terminal at both ends: what is typed reaches the program, what it paints reaches the screen, and the user's own
// terminal is afterwards as it was.

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Pty } from './pty.ts';
import { slipway } from './slipway.ts';
import { until } from './until.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_Z = '\x1a';

describe.each<[string, () => User | undefined]>([
  ['root', () => undefined],
  ['an ordinary user', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('-it as %s', (_, getUser) => {
  test('gives a shell that is used as any shell', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box'], undefined, { user: getUser() });
    await terminal.shows('/ # ');
    await terminal.type('tty; test -t 0 && test -t 1 && test -t 2 && echo all of them; echo $TERM $$\n');
    await terminal.shows(/\/dev\/pts\/0\r\nall of them\r\nxterm 1\r\n/);
    await terminal.type('exit 3\n');
    expect(await terminal.ended).toBe(3);
  });
});

describe('keys', () => {
  test('Ctrl-C reaches the program, and not the command line', async () => {
    await using terminal = new Pty([
      'run',
      '--rm',
      '-it',
      'box',
      'sh',
      '-c',
      'trap "echo caught" INT; echo ready; read x',
    ]);
    await terminal.shows('ready');
    await terminal.type(CTRL_C);
    await terminal.shows('caught');
  });

  test('Ctrl-C ends what the shell started, with 130', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box']);
    await terminal.shows('/ # ');
    await terminal.type('sh -c "echo be; exec sleep 1000"; echo code $?\n');
    await terminal.shows('\nbe\r\n');
    await terminal.type(CTRL_C);
    await terminal.shows('/ # '); // what is typed before is thrown away with the signal
    await terminal.type('echo code $?\n');
    await terminal.shows('\ncode 130\r\n');
  });

  test('Ctrl-Z stops the program in the container, and fg brings it back', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box']);
    await terminal.shows('/ # ');
    await terminal.type('echo be; cat\n');
    await terminal.shows('\nbe\r\n');
    await terminal.type('one\n');
    await terminal.shows('one\r\none\r\n');
    await terminal.type(CTRL_Z);
    await terminal.shows(/Stopped[\s\S]*\/ # /);
    await terminal.type('fg\n');
    await terminal.shows('fg\r\ncat\r\n');
    await terminal.type('two\n');
    await terminal.shows('two\r\ntwo\r\n');
    await terminal.type(CTRL_D);
    await terminal.shows('/ # ');
    await terminal.type('exit\n');
    expect(await terminal.ended).toBe(0);
  });

  test('Ctrl-D ends the input of a program that reads', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'wc', '-l']);
    await until('the terminal to be raw', () => terminal.isRaw());
    await terminal.type(`a\nb\n${CTRL_D}`);
    await terminal.shows(/\n2\r\n/);
    expect(await terminal.ended).toBe(0);
  });

  test('a paste of 300 kB comes whole', async () => {
    const program = 'stty raw -echo; echo ready; head -c 300000 | md5sum';
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'sh', '-c', program]);
    await terminal.shows('ready');
    const paste = Array.from({ length: 30_000 }, (_, index) => `${index}`.padEnd(10)).join('');
    await terminal.type(paste);
    const sum = spawnSync('md5sum', { input: paste, encoding: 'utf8' }).stdout.slice(0, 32);
    await terminal.shows(sum);
  });
});

describe('the size of the window', () => {
  test('is there when the program starts', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'stty', 'size'], { rows: 41, columns: 131 });
    await terminal.shows('41 131');
  });

  test('follows ours, and the program hears of it', async () => {
    const program = 'trap "stty size" WINCH; echo ready; while :; do read x; done';
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'sh', '-c', program]);
    await terminal.shows('ready');
    terminal.resize({ rows: 50, columns: 160 });
    await terminal.shows('50 160');
    terminal.resize({ rows: 10, columns: 20 });
    await terminal.shows('10 20');
  });

  test('follows ours in exec too', async () => {
    await using box = new Pty(['run', '--rm', '--name', 'sized', '-t', 'box', 'sh', '-c', 'echo ready; sleep 1000']);
    await box.shows('ready');
    const program = 'trap "stty size" WINCH; stty size; while :; do read x; done';
    await using terminal = new Pty(['exec', '-it', 'sized', 'sh', '-c', program], { rows: 33, columns: 99 });
    await terminal.shows('33 99');
    terminal.resize({ rows: 34, columns: 98 });
    await terminal.shows('34 98');
    await slipway(['rm', '-f', 'sized']);
  });
});

describe('the user’s terminal', () => {
  test('is raw while the program runs, and afterwards as it was', async () => {
    const unusual = ['-ixon', 'intr', '^G']; // to see that these very ones come back
    await using terminal = new Pty(['run', '--rm', '-it', 'box'], undefined, {}, unusual);
    const before = terminal.settings();
    await terminal.shows('/ # ');
    expect(terminal.isRaw()).toBe(true);
    await terminal.type('exit\n');
    await terminal.ended;
    expect(terminal.settings()).toBe(before);
  });

  test('is as it was when the program cannot be started', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'no-such-program']);
    const before = terminal.settings();
    expect(await terminal.ended).toBe(127);
    expect(terminal.settings()).toBe(before);
  });

  test('is as it was when a signal ended the program', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box', 'sh', '-c', 'trap "exit 9" TERM; echo ready; read x']);
    const before = terminal.settings();
    await terminal.shows('ready');
    expect(terminal.isRaw()).toBe(true);
    terminal.child.kill('SIGTERM');
    expect(await terminal.ended).toBe(9);
    expect(terminal.settings()).toBe(before);
  });

  test('is as it was when the command line was ended and does not pass signals on', async () => {
    const args = [
      'run',
      '--rm',
      '--name',
      'left',
      '-it',
      '--sig-proxy=false',
      'box',
      'sh',
      '-c',
      'echo ready; sleep 1000',
    ];
    await using terminal = new Pty(args);
    const before = terminal.settings();
    await terminal.shows('ready');
    expect(terminal.isRaw()).toBe(true);
    terminal.child.kill('SIGTERM');
    expect(await terminal.ended).toBe(143);
    expect(terminal.settings()).toBe(before);
    expect((await slipway(['exec', 'left', 'echo', 'still there'])).stdout).toBe('still there\n');
    await slipway(['rm', '-f', 'left']);
  });

  test('is raw again after a stop, whatever the shell made of it', async () => {
    await using terminal = new Pty(['run', '--rm', '-it', 'box']);
    const before = terminal.settings();
    await terminal.shows('/ # ');
    terminal.child.kill('SIGSTOP');
    terminal.stty('sane');
    expect(terminal.isRaw()).toBe(false);
    terminal.child.kill('SIGCONT');
    await until('the terminal to be raw again', () => terminal.isRaw());
    await terminal.type('exit\n');
    await terminal.ended;
    expect(terminal.settings()).toBe(before);
  });

  test('is left alone without -i: Ctrl-C is then a signal that is passed on', async () => {
    const program = 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep 1; done';
    await using terminal = new Pty(['run', '--rm', '-t', 'box', 'sh', '-c', program]);
    await terminal.shows('ready');
    expect(terminal.isRaw()).toBe(false);
    await terminal.type(CTRL_C);
    await terminal.shows('caught');
    expect(await terminal.ended).toBe(5);
  });
});

describe('without a terminal of our own', () => {
  test('-it is refused in one sentence', async () => {
    const sentence = 'the input device is not a TTY: leave out -t, or run it in a terminal';
    for (const args of [
      ['run', '-it', 'box'],
      ['exec', '-it', 'box', 'sh'],
    ]) {
      expect(await slipway(args)).toEqual({ code: 125, stdout: '', stderr: `slipway: ${sentence}\n` });
    }
  });

  test('-t alone gives the program one, and its lines end as a terminal’s do', async () => {
    const { code, stdout } = await slipway(['run', '--rm', '-t', 'box', 'sh', '-c', 'tty; echo err >&2']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/dev/pts/0\r\nerr\r\n' });
  });

  test('the program’s last words come out before the end', async () => {
    for (let round = 0; round < 10; round++) {
      const { stdout } = await slipway(['run', '--rm', '-t', 'box', 'sh', '-c', 'seq 1 2000']);
      expect(stdout.length).toBe(8893 + 2000);
    }
  });
});
