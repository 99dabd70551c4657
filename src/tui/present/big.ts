// Titles that can be read from the last row of a room: letters of half cells, 3 pixels wide and 5 high.
//
//     ▄▀▄ █ █     a pixel is half a cell high: 3 lines of text
//     ███ ▄▀▄
//     ▀ ▀ ▀ ▀     on a large terminal a pixel is two whole cells: 5 lines
//
// Chinese has no letters that so few pixels could draw. It is set wide, in a frame.

import stringWidth from 'string-width';
import { WIDE_RANGE } from '../../learn/wrap.ts';

/** Rows of pixels, from the top. */
const FONT: Readonly<Record<string, string>> = {
  A: '.#. #.# ### #.# #.#',
  B: '##. #.# ##. #.# ##.',
  C: '.## #.. #.. #.. .##',
  D: '##. #.# #.# #.# ##.',
  E: '### #.. ##. #.. ###',
  F: '### #.. ##. #.. #..',
  G: '.## #.. #.# #.# .##',
  H: '#.# #.# ### #.# #.#',
  I: '### .#. .#. .#. ###',
  J: '..# ..# ..# #.# .#.',
  K: '#.# #.# ##. #.# #.#',
  L: '#.. #.. #.. #.. ###',
  M: '#...# ##.## #.#.# #...# #...#',
  N: '#..# ##.# #.## #..# #..#',
  O: '.#. #.# #.# #.# .#.',
  P: '##. #.# ##. #.. #..',
  Q: '.#. #.# #.# .#. ..#',
  R: '##. #.# ##. #.# #.#',
  S: '.## #.. .#. ..# ##.',
  T: '### .#. .#. .#. .#.',
  U: '#.# #.# #.# #.# ###',
  V: '#.# #.# #.# #.# .#.',
  W: '#...# #...# #.#.# ##.## #...#',
  X: '#.# #.# .#. #.# #.#',
  Y: '#.# #.# .#. .#. .#.',
  Z: '### ..# .#. #.. ###',
  0: '### #.# #.# #.# ###',
  1: '.#. ##. .#. .#. ###',
  2: '##. ..# .#. #.. ###',
  3: '##. ..# .#. ..# ##.',
  4: '#.# #.# ### ..# ..#',
  5: '### #.. ##. ..# ##.',
  6: '.## #.. ### #.# ###',
  7: '### ..# .#. .#. .#.',
  8: '### #.# ### #.# ###',
  9: '### #.# ### ..# ##.',
  ' ': '.. .. .. .. ..',
  '.': '. . . . #',
  ',': '.. .. .. .# #.',
  ':': '. # . # .',
  ';': '.. .# .. .# #.',
  '!': '# # # . #',
  '?': '##. ..# .#. ... .#.',
  "'": '# # . . .',
  '"': '#.# #.# ... ... ...',
  '-': '... ... ### ... ...',
  _: '... ... ... ... ###',
  '/': '..# ..# .#. #.. #..',
  '+': '... .#. ### .#. ...',
  '=': '... ### ... ### ...',
  '%': '#.# ..# .#. #.. #.#',
  '(': '.# #. #. #. .#',
  ')': '#. .# .# .# #.',
  '*': '... #.# .#. #.# ...',
  '&': '.#. #.# .#. #.# .##',
};
const PLAIN: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '`': "'",
};
const HEIGHT = 5;

/** @returns lines of at most `width` cells, as large as `rows` allow; a title that cannot be drawn so is in a frame. */
export function bigTitle(title: string, width: number, rows: number): string[] {
  const words = [...title.toUpperCase()]
    .map((letter) => PLAIN[letter] ?? letter)
    .join('')
    .split(/\s+/);
  if (words.some((word) => [...word].some((letter) => !(letter in FONT)))) return framed(title, width);
  for (const draw of [drawLarge, drawHalf]) {
    const lines = fill(words, (line) => stringWidth(draw(pixelsOf(line))[0] ?? '') <= width);
    const drawn = lines?.flatMap((line) => [...draw(pixelsOf(line)), '']).slice(0, -1);
    if (drawn && drawn.length <= rows) return drawn;
  }
  return framed(title, width);
}

/** Words in as few lines as hold them, or nothing when one is too long for a line. */
function fill(words: readonly string[], fits: (line: string) => boolean): string[] | undefined {
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else if (fits(word)) lines.push(word);
    else return undefined;
  }
  return lines;
}

/** The letters of a line beside one another, a column between them. */
function pixelsOf(line: string): string[] {
  const letters = [...line].map((letter) => (FONT[letter] as string).split(' '));
  return Array.from({ length: HEIGHT }, (_, row) => letters.map((letter) => letter[row]).join('.'));
}

function drawLarge(pixels: readonly string[]): string[] {
  return pixels.map((row) => [...row].map((pixel) => (pixel === '#' ? '██' : '  ')).join(''));
}

function drawHalf(pixels: readonly string[]): string[] {
  const rows = [...pixels, '.'.repeat(pixels[0]?.length ?? 0)];
  return [0, 2, 4].map((top) =>
    [...(rows[top] as string)].map((upper, at) => halfCell(upper === '#', rows[top + 1]?.[at] === '#')).join(''),
  );
}

function halfCell(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}

/** Each character with room around it, in as many lines as are needed. */
function framed(title: string, width: number): string[] {
  const lines = spaced(title, width - 8);
  const inside = Math.max(...lines.map((line) => stringWidth(line))) + 6;
  const row = (text: string) => `┃${' '.repeat(3)}${text}${' '.repeat(inside - 3 - stringWidth(text))}┃`;
  return [
    `┏${'━'.repeat(inside)}┓`,
    row(''),
    ...lines.flatMap((line) => [row(line), row('')]),
    `┗${'━'.repeat(inside)}┛`,
  ];
}

const CLOSING = '[，。：；？！、）》]*';
const UNIT = new RegExp(`[${WIDE_RANGE}]${CLOSING}|[^\\s${WIDE_RANGE}]+${CLOSING}`, 'gu');
const HAS_WIDE = new RegExp(`[${WIDE_RANGE}]`, 'u');

/** A space behind each Chinese character; English words stay whole. */
function spaced(title: string, width: number): string[] {
  const units = title.match(UNIT) ?? [];
  const gap = HAS_WIDE.test(title) ? '  ' : ' ';
  const lines: string[] = [];
  for (const unit of units) {
    const longer = `${lines.at(-1)}${gap}${unit}`;
    if (lines.length > 0 && stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(unit);
  }
  return lines;
}
