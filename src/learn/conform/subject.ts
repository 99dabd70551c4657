// A program that conformance is asked of, in a lab: it is given a root and a command, and options where it has them. The
// root is a new folder for each question, or else an image, by a name that the program knows.
//
//     CMD… ROOT COMMAND…               where the root goes by default
//     CMD… --rootfs {}:O COMMAND…      {} in a word of CMD says it otherwise
//     CMD run OPTIONS… … ROOT …        options go behind the first `run`, or else in front of the root

import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../goal.ts';
import type { Held } from '../lab/held.ts';
import type { Lab } from '../lab/lab.ts';
import type { Ended } from '../lab/program.ts';
import { ProgramFailed } from '../lab/program-failed.ts';
import type { Text } from '../text.ts';

export interface Words {
  /** Flags of the program with their values, such as `--memory 64m`. */
  options?: readonly string[];
  /** Of `root()`. */
  root?: string;
}

export interface SubjectOptions {
  /** The program need not have every option. */
  mayLack?: boolean;
  /** What it takes in place of a folder. */
  image?: string | undefined;
}

export class Subject {
  readonly lab: Lab;
  readonly image: string | undefined;
  readonly #words: readonly string[];
  readonly #mayLack: boolean;

  /** @param words of CMD, without those that the lab starts the program with already. */
  constructor(lab: Lab, words: readonly string[], { mayLack = true, image }: SubjectOptions = {}) {
    this.lab = lab;
    this.image = image;
    this.#words = words;
    this.#mayLack = mayLack;
  }

  /** A root for containers: a new folder with a shell and its tools, or the image. */
  root(): string {
    return this.image ?? this.lab.rootfs();
  }

  /** Runs a command in a container, to its end. @throws ProgramFailed when one of ours in TypeScript ends by an error. */
  async run(
    command: readonly string[],
    { input = '', ...words }: Words & { input?: string | Buffer } = {},
  ): Promise<Ended> {
    const ended = await this.#end(command, words, input);
    if (ended.report) throw new ProgramFailed({ en: ended.report.message, zh: ended.report.message }, ended.report);
    return ended;
  }

  #end(command: readonly string[], words: Words, input: string | Buffer = '') {
    return this.lab.run([...this.#front(words), ...command], input);
  }

  /** Runs a command that waits, and looks for it. */
  hold({ first, around = [], ...words }: Words & { first?: string; around?: readonly string[] } = {}): Promise<Held> {
    this.lab.around = around;
    return this.lab.hold(this.#front(words), first);
  }

  /** The container of those goals that only look at one: there is one for each lab. MARK is in its root. */
  look(): Promise<Held> {
    const known = LOOKED_AT.get(this.lab) ?? (this.image === undefined ? this.#holdMarked() : this.#holdAndMark());
    LOOKED_AT.set(this.lab, known);
    return known;
  }

  #holdMarked(): Promise<Held> {
    const root = this.root();
    writeFileSync(join(root, MARK), '');
    return this.hold({ root });
  }

  /** Nothing can be put into an image: the mark is made in the container, unless that has the root of the machine. */
  async #holdAndMark(): Promise<Held> {
    const held = await this.hold();
    if (identity(held.inside('/')) !== identity('/')) writeFileSync(held.inside(MARK), '');
    return held;
  }

  /** Asks a goal that needs an option, unless the program has none of that name: with it, it fails to run even `true`. */
  async withOption(options: readonly string[], root: string, ask: () => Promise<Answer>): Promise<Answer> {
    if (!this.#mayLack) return ask();
    const { code, stderr, report } = await this.#end(['true'], { options, root });
    if (code === 0) return ask();
    const without = await this.run(['true'], { root });
    return without.code === 0 ? { leftOut: lacks(options[0] ?? '', report?.message ?? stderr) } : runsNothing(without);
  }

  #front({ options = [], root = this.root() }: Words): string[] {
    const words = placeRoot(this.#words, root);
    const at = this.#words.indexOf('run') + 1 || words.findIndex((word) => word.includes(root));
    return words.toSpliced(at, 0, ...options);
  }
}

const LOOKED_AT = new WeakMap<Lab, Promise<Held>>();

/** A file that says which root this is. */
export const MARK = '/which-root';

/** By device and inode: whatever the path by which it is reached. */
export function identity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return `${stat?.dev}:${stat?.ino}`;
}

/** CMD with the root in its place. */
function placeRoot(words: readonly string[], root: string): string[] {
  const named = words.some((word) => word.includes('{}'));
  return named ? words.map((word) => word.replaceAll('{}', root)) : [...words, root];
}

function runsNothing({ code, stderr }: Ended): Text {
  const said = lastLine(stderr);
  return {
    en: `the program ended with ${code} and did not run \`true\`${said && `: ${said}`}`,
    zh: `程序以 ${code} 结束，连 \`true\` 都没有运行${said && `：${said}`}`,
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function lacks(option: string, stderr: string): Text {
  const said = lastLine(stderr);
  return {
    en: `the program does not take ${option}${said && `: ${said}`}`,
    zh: `程序不接受 ${option}${said && `：${said}`}`,
  };
}
