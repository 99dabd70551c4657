// The terminal that the user sits at, lent to the program in the container.
//
// Raw, it does nothing by itself: no echo, no lines, no Ctrl-C. The terminal inside the container does that, and all
// that is typed goes there as it is.

import { getTerminalSize, isatty, makeRaw, type TerminalSize } from '../linux/terminal.ts';

export interface TerminalUse {
  /** Stdin is a terminal and shall pass on every key. */
  raw: boolean;
  /** The program is to draw its screen anew: it does when the size changes, so another size is told first. */
  redraws?: boolean;
  /** Is told the size now and whenever it changes. */
  resized: (size: TerminalSize) => void;
}

/** Uses the terminal until disposed; it is then as it was before. Without a terminal nothing happens. */
export function adoptTerminal({ raw, redraws = false, resized }: TerminalUse): Disposable {
  const release = new DisposableStack();
  const fd = [0, 1, 2].find((candidate) => isatty(candidate));
  if (fd === undefined) return release;
  if (raw) release.use(keepRaw());
  const tell = () => resized(getTerminalSize(fd));
  listen(release, 'SIGWINCH', tell);
  const { rows, columns } = getTerminalSize(fd);
  if (redraws) resized({ rows: rows + 1, columns });
  tell();
  return release;
}

function keepRaw(): Disposable {
  const release = new DisposableStack();
  const restore = makeRaw(0);
  release.defer(restore);
  process.on('exit', restore); // an error that nobody caught
  release.defer(() => process.off('exit', restore));
  listen(release, 'SIGCONT', () => makeRaw(0)); // the shell set it back while we were stopped
  return release;
}

function listen(release: DisposableStack, signal: NodeJS.Signals, handler: () => void): void {
  process.on(signal, handler);
  release.defer(() => process.off(signal, handler));
}
