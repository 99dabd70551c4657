// Numbers as names, for --explain and for errors: CLONE_NEWPID|CLONE_NEWNS in place of 0x20020000.

/** The names of the bits of `value`, joined by |; what has no name is shown in hex. */
export function showFlags(table: Readonly<Record<string, number>>, value: number): string {
  const names: string[] = [];
  let rest = value;
  for (const [name, bits] of Object.entries(table)) {
    if (bits !== 0 && (rest & bits) === bits) {
      names.push(name);
      rest = (rest & ~bits) >>> 0;
    }
  }
  if (rest !== 0) names.push(`0x${(rest >>> 0).toString(16)}`);
  return names.length === 0 ? '0' : names.join('|');
}

/** The name of the one constant that equals `value`, or the number. */
export function showConstant(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, constant]) => constant === value)?.[0] ?? String(value);
}

/** A string in quotes, shortened when it is long. */
export function quote(text: string | null): string {
  if (text === null) return 'NULL';
  return JSON.stringify(text.length > 400 ? `${text.slice(0, 400)}…` : text);
}

/** A permission as people write it: 0755. */
export function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

/** The current folder's descriptor by its name. */
export function showDirfd(dirfd: number): string {
  return dirfd === -100 ? 'AT_FDCWD' : String(dirfd);
}
