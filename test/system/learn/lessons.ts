// Tests of a lesson: its commands do what the text says, and its goals tell right programs from wrong ones.
//
//     holdsWhatItSays('02-chroot', ['root', 'cwd', …]);
//     catches('02-chroot', [['does not step in', [["chdir('/');", '']], ['cwd']]]);

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { objectionTo } from '../../../src/learn/expectation.ts';
import { HOME } from '../../../src/learn/home.ts';
import { LESSONS, readLesson } from '../../../src/learn/lesson.ts';
import { slipway } from '../slipway.ts';
import { ordinaryUser, type User } from '../users.ts';

/** Not in /tmp, where the guard has a folder of its own. */
const folder = mkdtempSync('/var/tmp/slipway-lessons-');
chmodSync(folder, 0o755);
mkdirSync(join(folder, 'node_modules'));
symlinkSync(HOME, join(folder, 'node_modules/slipway'));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const users = [
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
] as const;

/** The exercise reaches none of the goals, the solution all of them, and each command does what its step says. */
export function holdsWhatItSays(lesson: string, goals: readonly string[]): void {
  describe.each(users)('as %s', (_, user) => {
    test('the exercise reaches no goal', async () => {
      expect(await failing(lesson, sourceOf(lesson, 'exercise'), user)).toEqual(goals);
    });

    test('the solution reaches every goal', async () => {
      expect(await failing(lesson, sourceOf(lesson, 'solution'), user)).toEqual([]);
    });

    const steps = readLesson(lesson, 'en').steps.filter(({ command }) => command !== undefined);
    test.each(steps)('$kind: $title', async ({ command = '', expect: expectation, answers }) => {
      const { output, code } = await runInGuard(command, user);
      expect(objectionTo(output, code, expectation), output).toBeUndefined();
      const right = answers.filter(({ isRight }) => isRight.test(output));
      if (answers.length > 0) expect(right, output).toHaveLength(1);
    });
  });
}

/** What is put in place of lines of the solution, and the goals that are then missed. */
export type Mistake = [what: string, pairs: readonly [from: string, to: string][], missed: string[]];

export function catches(lesson: string, mistakes: readonly Mistake[]): void {
  test.each(mistakes)('a program that %s is caught', async (_, pairs, missed) => {
    expect(await failing(lesson, replace(sourceOf(lesson, 'solution'), pairs))).toEqual(missed);
  });
}

/** Imports one more function: put behind the first line. */
export function using(file: string, name: string): [from: string, to: string] {
  return ['\n', `\nimport { ${name} } from 'slipway/linux/${file}.ts';\n`];
}

/** The source of a lesson's `exercise` or `solution`. */
function sourceOf(lesson: string, file: 'exercise' | 'solution'): string {
  return readFileSync(join(LESSONS, lesson, `${file}.ts`), 'utf8');
}

/** The goals that a program with this source does not reach. */
async function failing(lesson: string, source: string, user?: User): Promise<string[]> {
  const file = join(folder, `program-${count++}.ts`);
  writeFileSync(file, source);
  const program = [join(HOME, 'scripts/node.sh'), join(HOME, 'src/learn/inside.ts'), lesson, file];
  const { stdout, stderr, code } = await slipway(['guard', ...program], { user });
  if (code !== 0) throw new Error(`the check ended with ${code}: ${stderr}`);
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { goal: string; ok: boolean });
  return results.filter(({ ok }) => !ok).map(({ goal }) => goal);
}

/** Runs a step's command in the guard. @returns what both streams said. */
async function runInGuard(command: string, user?: User): Promise<{ output: string; code: number }> {
  const line = `exec 2>&1; PATH='${HOME}':$PATH\n${command}`;
  const { stdout, code } = await slipway(['guard', 'sh', '-c', line], { user });
  return { output: stdout, code };
}

/** Puts words in place of others that have to be there. */
function replace(source: string, pairs: Mistake[1]): string {
  for (const [from] of pairs) if (!source.includes(from)) throw new Error(`the solution has no ${from}`);
  return pairs.reduce((text, [from, to]) => text.replace(from, () => to), source);
}
