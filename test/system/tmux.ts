// A terminal as people have one, with a shell in it: tmux, on a server of the test's own.
//
//     await using terminal = new Tmux({ columns: 80, rows: 24 });
//     terminal.type('./slipway\n');
//     await terminal.shows('Course');
//     terminal.press('Enter');

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { homeOf, type Options, SLIPWAY, scratch } from './slipway.ts';
import { until } from './until.ts';

/** Those of a test that failed before it could dispose of its own. */
const open = new Set<Tmux>();

afterAll(async () => {
  for (const terminal of open) await terminal[Symbol.asyncDispose]();
});

export class Tmux implements AsyncDisposable {
  /** The server's socket, which tmux itself would leave. */
  readonly #socket = join(scratch('tmux'), 'socket');

  /** @param home where the shell's user has their files. */
  constructor({
    columns = 80,
    rows = 24,
    user,
    home = user?.home ?? '/root',
    env = {},
  }: Options & { columns?: number; rows?: number; home?: string } = {}) {
    const variables = { PS1: 'shell> ', HOME: home, LANG: 'C.UTF-8', ...homeOf(user), ...env };
    const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const as = user ? ['setpriv', '--reuid', user.name, '--regid', user.name, '--init-groups'] : [];
    const shell = [...as, 'env', '-i', `PATH=${process.env.PATH}`, 'TERM=tmux-256color', ...words, 'sh'];
    this.#tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', dirname(SLIPWAY), ...shell);
    open.add(this);
  }

  /** Letters, as they are; a line feed is Enter. */
  type(text: string): void {
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) this.press('Enter');
      if (line !== '') this.#tmux('send-keys', '-l', line);
    }
  }

  /** Keys by tmux's names: Enter, Right, Escape, C-c. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** What is seen now. */
  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** True when anything on the screen is coloured, bold or dim. */
  isStyled(): boolean {
    return this.#tmux('capture-pane', '-p', '-e').includes('\x1b[');
  }

  async shows(text: string | RegExp): Promise<void> {
    const holds = () => (typeof text === 'string' ? this.screen().includes(text) : text.test(this.screen()));
    await until(`the terminal to show ${text}`, holds).catch((error: Error) => {
      throw new Error(`${error.message}. It shows:\n${this.screen()}`);
    });
  }

  /** Waits until something else is seen than was. */
  async changes(before: string): Promise<void> {
    await until('the terminal to change', () => this.screen() !== before).catch((error: Error) => {
      throw new Error(`${error.message}. It shows:\n${before}`);
    });
  }

  /** What a program may have left otherwise: the alternate screen, a hidden cursor, other modes of the terminal. */
  state(): string {
    const format = '#{alternate_on} #{cursor_flag} #{keypad_flag} #{mouse_any_flag} #{pane_tty}';
    const [alternate, cursor, keypad, mouse, tty = ''] = this.#tmux('display-message', '-p', format).trim().split(' ');
    const settings = execFileSync('stty', ['-F', tty, '-a'], { encoding: 'utf8' });
    return `alternate ${alternate}, cursor ${cursor}, keypad ${keypad}, mouse ${mouse}\n${settings}`;
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  #tmux(...words: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, '-f', '/dev/null', ...words], { encoding: 'utf8' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    open.delete(this);
    this.#tmux('kill-server');
  }
}
