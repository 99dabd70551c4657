// A learner's workspace for a test, and how they use it.
//
//     const learner = new Learner(ordinaryUser());
//     learner.write('02-chroot', 'chroot(rootfs);');     the gap of the exercise, filled with this
//     const { code, stdout } = await learner.does('check', '2');

import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gapsOf } from '../../../src/learn/gap.ts';
import { exerciseFile, initWorkspace, shippedFile, solutionFile } from '../../../src/learn/workspace.ts';
import { type Options, type Result, type Started, scratch, slipway, start } from '../slipway.ts';
import type { User } from '../users.ts';

export class Learner {
  readonly workspace: string;
  readonly #user: User | undefined;

  constructor(user?: User) {
    this.#user = user;
    this.workspace = join(scratch('learner', user), 'course');
    initWorkspace(this.workspace);
    chmodSync(this.workspace, 0o755);
    if (user) chownSync(this.workspace, user.uid, user.gid);
  }

  async does(...words: string[]): Promise<Result> {
    return await slipway(words, this.#options());
  }

  starts(...words: string[]): Started {
    return start(words, this.#options());
  }

  #options(): Options {
    return { user: this.#user, cwd: this.workspace };
  }

  file(lesson: string): string {
    return exerciseFile(this.workspace, lesson);
  }

  /** Fills the gap. */
  write(lesson: string, lines: string): void {
    const shipped = readFileSync(shippedFile(lesson), 'utf8');
    writeFileSync(
      this.file(lesson),
      shipped.replace(gapsOf(lesson)[0]?.exercise.join('\n') ?? '', () => lines),
    );
  }

  solve(lesson: string): void {
    writeFileSync(this.file(lesson), readFileSync(solutionFile(lesson)));
  }

  progress(): string {
    return readFileSync(join(this.workspace, 'progress.txt'), 'utf8');
  }
}
