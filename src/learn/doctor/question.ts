// What the doctor asks of a machine: one question a file, each answered by trying, with the command that mends it.

import type { Text } from '../text.ts';

export interface Question {
  /** A word, for `--json`. */
  name: string;
  title: Text;
  /** Undefined when there is nothing to ask, or when another question tells the reason already. Leaves nothing behind. */
  ask(): Finding | undefined;
}

export interface Finding {
  /** `note`: worth knowing, but every lesson can be done. */
  state: 'good' | 'note' | 'bad';
  seen: Text;
  /** What to do about it. */
  cure?: Text;
  /** Mends it, pasted into a shell. */
  command?: string;
  /** What cannot be done because of it, when that is not everything. */
  lessons?: readonly string[];
}

export function good(seen: Text): Finding {
  return { state: 'good', seen };
}
