// Text with tabs as columns, as Go's tabwriter lays it out for Docker: each at least `least` characters wide, and with
// three spaces behind its widest cell. What stands behind the last tab of a line has no width.

import stringWidth from 'string-width';

export function layOut(text: string, least = 10): string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? least, stringWidth(cell) + 3);
    }
  }
  const fill = (cell: string, column: number, { length }: string[]) =>
    column === length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell)));
  return rows.map((row) => row.map(fill).join('')).join('\n');
}
