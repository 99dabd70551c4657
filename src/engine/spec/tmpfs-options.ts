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

const COUNT = { form: /^\d+[kmg]?$/i, words: 'a number, perhaps with k, m or g behind' };
const ID = { form: /^\d+$/, words: 'a number' };

/** The keys, and what a value looks like (man 5 tmpfs). */
const VALUES = new Map(
  Object.entries({
    size: { form: /^\d+[kmg%]?$/i, words: 'a number, perhaps with k, m, g or % behind' },
    mode: { form: /^[0-7]{1,5}$/, words: 'an octal number such as 1777' },
    uid: ID,
    gid: ID,
    nr_inodes: COUNT,
    nr_blocks: COUNT,
    mpol: { form: /^\S+$/, words: 'a memory policy such as interleave' },
  }),
);
const WORDS = new Set<string>([...PAIRS.flat(), ...PROPAGATIONS, 'defaults', 'dirsync', 'tmpcopyup']);

/** @throws Error for a word that is no option of a tmpfs, or a value that is none for its key. */
export function checkTmpfsOptions(options: readonly string[]): string[] {
  for (const option of options) checkTmpfsOption(option);
  return [...options];
}

function checkTmpfsOption(option: string): void {
  const [key = '', ...rest] = option.split('=');
  if (rest.length === 0 && WORDS.has(key)) return;
  const kind = VALUES.get(key);
  if (kind === undefined) {
    const all = [...WORDS, ...VALUES.keys()].join(', ');
    throw new Error(`invalid tmpfs option "${option}": it is none of ${all}`);
  }
  if (!kind.form.test(rest.join('='))) throw new Error(`invalid tmpfs option "${option}": ${key} is ${kind.words}`);
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
