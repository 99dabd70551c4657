// Breaks a line that is too wide for the terminal.

import stringWidth from 'string-width';

export function wrapLine(line: string, width: number): string[] {
  if (stringWidth(line) <= width) return [line];
  const lines = [''];
  for (const word of line.split(/(?<=\s)|(?<=[\u3000-\uffef])/)) {
    const last = lines.at(-1) as string;
    if (stringWidth((last + word).trimEnd()) <= width || last === '') lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines.map((each) => each.trimEnd());
}
