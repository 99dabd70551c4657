// Text with tabs as columns, as Go's tabwriter lays it out for Docker: each at least `least` characters wide, and with
// three spaces behind its widest cell. What stands behind the last tab of a line has no width.

/** Chinese, Japanese and Korean characters, and emoji, take two columns each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/gu;

export function layOut(text: string, least = 10): string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? least, widthOf(cell) + 3);
    }
  }
  const fill = (cell: string, column: number, { length }: string[]) =>
    column === length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
  return rows.map((row) => row.map(fill).join('')).join('\n');
}

function widthOf(cell: string): number {
  return [...cell].length + (cell.match(WIDE)?.length ?? 0);
}
