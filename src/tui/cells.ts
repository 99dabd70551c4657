// Text in cells of the terminal: what programs print made harmless, and broken into lines. A Chinese character takes two.

import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** What a program printed, as lines that cannot steer the terminal; a carriage return begins the line anew. */
export function linesOf(output: string): string[] {
  const text = stripVTControlCharacters(output).replaceAll('\r\n', '\n').trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => harmless(line.slice(line.lastIndexOf('\r') + 1)));
}

function harmless(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  return expandTabs(line).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

function expandTabs(line: string): string {
  return line.split('\t').reduce((done, part) => done + ' '.repeat(8 - (stringWidth(done) % 8)) + part);
}

const segmenter = new Intl.Segmenter();

/** Breaks plain text wherever the line is full. */
export function hardWrap(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line];
  const lines = [''];
  for (const { segment } of segmenter.segment(line)) {
    const last = lines.at(-1) as string;
    if (stringWidth(last + segment) <= width) lines[lines.length - 1] = last + segment;
    else lines.push(segment);
  }
  return lines;
}

/** Fills up with spaces to a width, or cuts with an ellipsis. */
export function pad(text: string, width: number): string {
  const missing = width - stringWidth(text);
  if (missing >= 0) return text + ' '.repeat(missing);
  let cut = '';
  for (const { segment } of segmenter.segment(text)) {
    if (stringWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…${' '.repeat(Math.max(0, width - 1 - stringWidth(cut)))}`;
}
