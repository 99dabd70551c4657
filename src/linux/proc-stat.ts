// /proc/PID/stat: what the kernel tells of a process, in one line (man 5 proc_pid_stat).
//
//     1234 (a name) S 1 1234 …      fields 1, 2, 3, 4, 5

/** A field of the line, numbered as in the man page, from 3 up. */
export function statField(line: string, number: number): string | undefined {
  // The name may hold anything, `) R 1` too: what is behind the last parenthesis begins with field 3.
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[number - 3];
}
