// Quotes source by the name of what is declared there: `quote('src/chroot/root.ts', 'pivot')`. Text that was copied would
// soon be another than the code; a name that is gone is an error, which a test finds.
//
// A declaration reaches from its comment to the line that ends it: `}` or `;` in the first column of its indentation. A
// name with `step:` before it is a part of a function: `step:id-maps` from `step('id maps')` to the blank line behind.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOME } from './home.ts';

/** @throws Error when there is no such declaration. */
export function quote(path: string, name: string): string {
  const lines = readFileSync(join(HOME, path), 'utf8').split('\n');
  const [begin, end] = name.startsWith('step:')
    ? stepIn(lines, name.slice('step:'.length))
    : declarationIn(lines, name);
  if (begin < 0 || end < 0) throw new Error(`${path} declares no ${name}: a lesson quotes it`);
  return dedent(lines.slice(begin, end + 1)).join('\n');
}

function declarationIn(lines: readonly string[], name: string): [begin: number, end: number] {
  const word = RegExp.escape(name);
  const pattern = new RegExp(`^(export )?(default )?(async )?(function\\*?|const|class|interface|type) ${word}\\b`);
  const at = lines.findIndex((line) => pattern.test(line));
  if (at < 0) return [-1, -1];
  return [commentAbove(lines, at), at + lines.slice(at).findIndex((line, index) => isEnd(line, index))];
}

/** A declaration of one line ends where it begins. */
function isEnd(line: string, index: number): boolean {
  return /^[}\])]/.test(line) ? true : index === 0 && /[;}]$/.test(line);
}

function commentAbove(lines: readonly string[], at: number): number {
  let begin = at;
  while (begin > 0 && /^(\/\*\*| \*|\/\/)/.test(lines[begin - 1] ?? '')) begin--;
  return begin;
}

function stepIn(lines: readonly string[], name: string): [begin: number, end: number] {
  const begin = lines.findIndex((line) => line.includes(`step('${name.replaceAll('-', ' ')}')`));
  if (begin < 0) return [-1, -1];
  const length = lines.slice(begin).findIndex((line) => line.trim() === '');
  return [begin, begin + (length < 0 ? lines.length - begin : length) - 1];
}

function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  return lines.map((line) => line.slice(Math.min(...indents)));
}
