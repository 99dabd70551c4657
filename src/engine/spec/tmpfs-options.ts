// The options of a tmpfs: the user's words over Docker's, where a word takes its opposite away.

/** Words and their opposites. */
const PAIRS = [
  ['ro', 'rw'],
  ['noexec', 'exec'],
  ['nosuid', 'suid'],
  ['nodev', 'dev'],
  ['noatime', 'atime'],
  ['nodiratime', 'diratime'],
  ['relatime', 'norelatime'],
  ['strictatime', 'nostrictatime'],
  ['sync', 'async'],
] as const;

const PROPAGATIONS = ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared', 'unbindable', 'runbindable'];
const KEYS = ['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol'];
const WORDS = new Set<string>([...PAIRS.flat(), ...PROPAGATIONS, 'defaults', 'dirsync', 'tmpcopyup']);

/** @throws Error for a word that is no option of a tmpfs. */
export function checkTmpfsOptions(options: readonly string[]): string[] {
  for (const option of options) {
    const [key = '', value] = option.split('=', 2);
    const isKnown = value === undefined ? WORDS.has(key) : KEYS.includes(key) && value !== '';
    if (!isKnown) throw new Error(`invalid tmpfs option "${option}": it is none of ${[...WORDS, ...KEYS].join(', ')}`);
  }
  return [...options];
}

/** `changes` over `before`. The order of what stays is kept, and what is left without effect is dropped. */
export function mergeTmpfsOptions(before: readonly string[], changes: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const option of [...before, ...checkTmpfsOptions(changes)]) {
    const topic = topicOf(option);
    merged.delete(topic);
    merged.set(topic, option);
  }
  return [...merged.values()];
}

/** What an option decides about: `exec` and `noexec` are one topic, and so are all sizes. */
function topicOf(option: string): string {
  const key = option.split('=', 1)[0] as string;
  if (PROPAGATIONS.includes(key)) return 'propagation';
  return PAIRS.find(([one, other]) => key === one || key === other)?.[0] ?? key;
}
