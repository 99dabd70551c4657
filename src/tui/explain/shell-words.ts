// Words as a shell has them: what is typed parted into words, and a word written so that a shell takes it for one.
//
//     box sh -c 'echo a b'     ↔     box, sh, -c, echo a b

const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g;
const QUOTED = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g;

/** A quote that nothing ends is left out. */
export function shellWords(line: string): string[] {
  return (line.match(WORD) ?? []).map((word) => word.replaceAll(QUOTED, unquoted));
}

function unquoted(_: string, single?: string, double?: string, escaped?: string): string {
  return single ?? double?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '';
}

export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
