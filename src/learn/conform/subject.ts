// A program that conformance is asked of, in a lab: it is given a root and a command, and options where it has them.
//
//     CMD… ROOTFS COMMAND…             where the root goes by default
//     CMD… --rootfs {}:O COMMAND…      {} in a word of CMD says it otherwise
//     CMD run OPTIONS… … ROOTFS …      options go behind the first `run`, or else in front of the root

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ended } from '../lab/program.ts';
import type { Text } from '../text.ts';

export interface Words {
  /** Flags of the program with their values, such as `--memory 64m`. */
  options?: readonly string[];
  rootfs?: string;
}

export class Subject {
  readonly lab: Lab;
  readonly #words: readonly string[];
  readonly #mayLack: boolean;

  /**
   * @param words of CMD, without those that the lab starts the program with already.
   * @param mayLack the program need not have every option.
   */
  constructor(lab: Lab, words: readonly string[], mayLack = true) {
    this.lab = lab;
    this.#words = words;
    this.#mayLack = mayLack;
  }

  /** Runs a command in a container, to its end. */
  run(command: readonly string[], { input = '', ...words }: Words & { input?: string | Buffer } = {}): Promise<Ended> {
    return this.lab.run([...this.#front(words), ...command], input);
  }

  /** Runs a command that waits, and looks for it. */
  hold({ first, around = [], ...words }: Words & { first?: string; around?: readonly string[] } = {}): Promise<Held> {
    this.lab.around = around;
    return this.lab.hold(this.#front(words), first);
  }

  /** The container of those goals that only look at one: there is one for each lab. Its root has `which-root` in it. */
  look(): Promise<Held> {
    const known = LOOKED_AT.get(this.lab) ?? this.hold({ rootfs: markedRoot(this.lab) });
    LOOKED_AT.set(this.lab, known);
    return known;
  }

  /** Asks a goal that needs an option, unless the program has none of that name: with it, it does not even run `true`. */
  async withOption(options: readonly string[], rootfs: string, ask: () => Promise<Answer>): Promise<Answer> {
    if (!this.#mayLack) return ask();
    const { code, stderr } = await this.run(['true'], { options, rootfs });
    return code === 0 ? ask() : { leftOut: lacks(options[0] ?? '', stderr) };
  }

  #front({ options = [], rootfs = this.lab.rootfs() }: Words): string[] {
    const words = placeRoot(this.#words, rootfs);
    const at = this.#words.indexOf('run') + 1 || words.findIndex((word) => word.includes(rootfs));
    return words.toSpliced(at, 0, ...options);
  }
}

const LOOKED_AT = new WeakMap<Lab, Promise<Held>>();

/** A file that says which root this is. */
export const MARK = '/which-root';

function markedRoot(lab: Lab): string {
  const rootfs = lab.rootfs();
  writeFileSync(join(rootfs, MARK), '');
  return rootfs;
}

/** CMD with the root in its place. */
function placeRoot(words: readonly string[], rootfs: string): string[] {
  const named = words.some((word) => word.includes('{}'));
  return named ? words.map((word) => word.replaceAll('{}', rootfs)) : [...words, rootfs];
}

function lacks(option: string, stderr: string): Text {
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return {
    en: `the program does not take ${option}${said && `: ${said}`}`,
    zh: `程序不接受 ${option}${said && `：${said}`}`,
  };
}
