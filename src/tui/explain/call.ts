// One call of a start, as `slipway run --explain=json` tells it (src/linux/trace-line.ts), taken apart for reading.

export interface Call {
  atMs: number;
  pid: number;
  role: string;
  step: string;
  call: string;
  /** libc's function, where its name is another. */
  by?: string;
  args: string;
  /** null for one that does not return. */
  result: number | null;
  errno?: number;
  code?: string;
  durationMs?: number;
  lesson?: string;
}

/** Whole lines only: the last may still be being written. @returns the calls, and what is left over. */
export function parseCalls(text: string): { calls: Call[]; rest: string } {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  return { calls: lines.filter(Boolean).map((line) => JSON.parse(line) as Call), rest };
}

/** The arguments one by one: commas in strings, structs and lists do not part them. */
export function splitArguments(args: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let current = '';
  for (let at = 0; at < args.length; at++) {
    const char = args[at] as string;
    if (char === '\\' && isQuoted) {
      current += char + (args[++at] ?? '');
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    if (!isQuoted && '{[('.includes(char)) depth++;
    if (!isQuoted && '}])'.includes(char)) depth--;
    if (char === ',' && depth === 0 && !isQuoted) {
      parts.push(current.trim());
      current = '';
    } else current += char;
  }
  return current.trim() === '' ? parts : [...parts, current.trim()];
}

/** `"a\"b"` as the text that it stands for; undefined for NULL and all else. */
export function unquote(argument = ''): string | undefined {
  return argument.startsWith('"') && argument.endsWith('"') ? (JSON.parse(argument) as string) : undefined;
}

const MAKING =
  'clone clone3 unshare setns sethostname setdomainname mount umount2 pivot_root chroot fsopen fsconfig fsmount open_tree move_mount mount_setattr mknodat symlinkat seccomp capset setresuid setresgid setgroups bpf execve execveat'.split(
    ' ',
  );

/** True for what makes the container; the others look, open, read and close. */
export function isMaking({ call, args, result }: Call): boolean {
  if (result === -1) return false;
  if (MAKING.includes(call)) return true;
  if (call === 'mkdirat') return true;
  if (call === 'ioctl') return args.includes('SIOCSIF');
  return call === 'write' && /<\/(sys\/fs\/cgroup|proc)\//.test(args);
}
