// Plain mode prints forward only: what stands on the terminal is never erased, and of each frame that Ink draws, only what
// is new is printed. A screen reader reads that once, and nothing twice.
//
//     Course                              ↓                              Enter
//     > 01 A process, open, 15 min        > 02 Another root, open, …     Course: 02 Another root. Step 0 of 7
//     02 Another root, open, 15 min                                      …

import { stripVTControlCharacters } from 'node:util';

/**
 * A stdout for Ink in debug mode, in which each write is a whole frame. A frame whose first line, its title, is another
 * is printed whole.
 */
export function forwardOnly(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  let before: readonly string[] = [];
  const write = (text: string, done?: () => void): boolean => {
    if (stripVTControlCharacters(text).trim() === '') return stdout.write(text.trim(), done); // what steers the terminal
    const frame = text.split('\n').map((line) => line.trimEnd());
    const lines = frame[0] === before[0] ? newLines(before, frame) : frame;
    before = frame;
    return stdout.write(printed(lines), done);
  };
  return new Proxy(stdout, {
    get: (target, name) => {
      const value = name === 'write' ? write : Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Before the line of a list that is chosen. */
const CHOSEN = '> ';

/** Those that are not in the frame before, or more often now. That a line is no longer the chosen one is no news. */
function newLines(before: readonly string[], now: readonly string[]): string[] {
  const left = [...before];
  const take = (line: string) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  return now.filter((line) => line === '' || !(take(line) || take(CHOSEN + line)));
}

/** Empty lines part what is printed, but are not printed for their own sake. */
function printed(lines: readonly string[]): string {
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
  const text = kept.join('\n').trim();
  return text === '' ? '' : `${text}\n`;
}
