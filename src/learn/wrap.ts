// Breaks a line that is too wide for the terminal, as both languages want it: English between words, Chinese between any
// two characters, except that a line never begins with 。 or ends with （. Colours end with a line and begin again.

import stringWidth from 'string-width';

/** A colour (ESC [ 31 m), a link (ESC ] 8 ; ; url BEL), or what a reader sees as one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape is.
const UNIT = /\x1b\[[\d;]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\P{M}\p{M}*/gu;
/** A character that takes two columns: Chinese, and its punctuation. */
export const WIDE = /^[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
const NEVER_FIRST = '，。、；：？！）》」』】〉”’…—%';
const NEVER_LAST = '（《「『【〈“‘';

/**
 * @param width columns; a Chinese character takes two.
 * @param indent put before all lines but the first; by itself, as deep as the text of a list's item begins.
 */
export function wrapLine(line: string, width: number, indent = ' '.repeat(depthOf(line))): string[] {
  if (stringWidth(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of wordsOf(line).flatMap((each) => cut(each, width - indent.length))) {
    if (stringWidth((current + word).trimEnd()) > width && stringWidth(current.trim()) > 0) {
      lines.push(current.trimEnd());
      current = indent;
    }
    current += word;
  }
  return withColours([...lines, current.trimEnd()], indent);
}

/** `  * text` is 4 deep, `  3. text` 5. */
function depthOf(line: string): number {
  const depth = /^ *(?:[*-] |\d+\. )? */.exec(stripEscapes(line))?.[0].length ?? 0;
  return depth > 16 ? 0 : depth;
}

/** What must stay together, with the spaces behind it. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let before = ' ';
  for (const unit of line.match(UNIT) ?? []) {
    const isEscape = unit.startsWith('\x1b');
    if (!isEscape && (words.length === 0 || mayBreak(before, unit))) words.push(unit);
    else words[Math.max(0, words.length - 1)] = (words.at(-1) ?? '') + unit;
    if (!isEscape) before = unit;
  }
  return words;
}

function mayBreak(before: string, after: string): boolean {
  if (/\s/.test(after)) return false;
  if (/\s/.test(before)) return true;
  return (WIDE.test(before) || WIDE.test(after)) && !NEVER_FIRST.includes(after) && !NEVER_LAST.includes(before);
}

/** A word that is wider than a line, such as a long path. */
function cut(word: string, width: number): string[] {
  if (stringWidth(word.trimEnd()) <= width) return [word];
  const parts = [''];
  for (const unit of word.match(UNIT) ?? []) {
    const last = parts.at(-1) as string;
    if (stringWidth(last + unit) <= width) parts[parts.length - 1] = last + unit;
    else parts.push(unit);
  }
  return parts;
}

/** Each line with all the colours that it is in, and none that goes on behind it. */
function withColours(lines: readonly string[], indent: string): string[] {
  let open: string[] = [];
  return lines.map((line, index) => {
    const text = index === 0 ? line : indent + open.join('') + line.slice(indent.length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape is.
    for (const code of line.match(/\x1b\[[\d;]*m/g) ?? []) open = after(open, code);
    return open.length > 0 ? `${text}\x1b[0m` : text;
  });
}

/** The colours in force behind this one: 39 ends a colour, 49 a background, 22 to 29 a style, 0 all. */
function after(open: readonly string[], code: string): string[] {
  const number = Number(code.slice(2, -1).split(';')[0]);
  if (number === 0) return [];
  if (number === 39 || number === 49 || (number >= 22 && number <= 29)) return open.slice(0, -1);
  return [...open, code];
}

/** The text alone. */
export function stripEscapes(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what an escape is.
  return line.replaceAll(/\x1b\[[\d;]*m|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '');
}
