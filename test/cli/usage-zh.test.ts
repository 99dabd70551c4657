// A learner whose language is Chinese is told of their mistakes in it.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import check from '../../src/cli/commands/check.ts';
import conform from '../../src/cli/commands/conform.ts';
import course from '../../src/cli/commands/course.ts';
import doctor from '../../src/cli/commands/doctor.ts';
import guard from '../../src/cli/commands/guard.ts';
import init from '../../src/cli/commands/init.ts';
import lesson from '../../src/cli/commands/lesson.ts';
import present from '../../src/cli/commands/present.ts';
import reset from '../../src/cli/commands/reset.ts';
import type { Run } from '../../src/cli/commands.ts';
import { UsageError } from '../../src/cli/flags.ts';

/** What is said of the words. */
async function told(run: Run, ...words: string[]): Promise<string> {
  try {
    await run(words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('the words were understood');
}

const before = { ...process.env };
beforeEach(() => {
  process.env.LC_ALL = 'en_US.UTF-8';
});
afterEach(() => {
  process.env = { ...before };
});

const MISTAKES: [run: Run, words: string[], zh: string][] = [
  [check, ['--jso'], '没有 --jso 这个选项。你是不是想用 --json？'],
  [check, ['2', '--nothing'], '没有 --nothing 这个选项'],
  [check, ['-x'], '-x 里的 x 不是短选项'],
  [lesson, ['2', '--run'], '选项 --run 后面缺少值'],
  [lesson, ['--run', 'two'], '“two”不能作为选项 --run 的值：它不是整数'],
  [lesson, ['--run=-1'], '“-1”不能作为选项 --run 的值：不能小于 0'],
  [check, ['--json=perhaps'], '“perhaps”不能作为选项 --json 的值：它既不是 true 也不是 false'],
  [init, [], '需要一个目录：slipway init DIR'],
  [doctor, ['2'], 'doctor 后面不跟别的词，“2”是多出来的'],
  [present, [], '缺少课程名：slipway present LESSON'],
  [reset, [], '缺少课程名：slipway reset LESSON'],
  [course, ['--plai'], '没有 --plai 这个选项。你是不是想用 --plain？'],
  [conform, [], '缺少程序：slipway conform [选项] -- CMD …'],
];

describe.each(MISTAKES)('%o of %j', (run, words, zh) => {
  test('is told in the language that the words ask for', async () => {
    expect(await told(run, '--lang', 'zh', ...words)).toBe(zh);
    expect(await told(run, ...words, '--lang=en')).not.toMatch(/\p{Script=Han}/u);
  });

  test('is told in that of the locale', async () => {
    expect(await told(run, ...words)).not.toMatch(/\p{Script=Han}/u);
    process.env.LC_ALL = 'zh_CN.UTF-8';
    expect(await told(run, ...words)).toBe(zh);
  });
});

test('a language that there is not is told in that of the locale', async () => {
  expect(await told(check, '--lang', 'fr')).toBe('invalid argument "fr" for "--lang" flag: there are en and zh');
  process.env.LC_ALL = 'zh_CN.UTF-8';
  expect(await told(check, '--lang', 'fr')).toBe('“fr”不能作为选项 --lang 的值：只有 en 和 zh');
});

test('guard has no language of its own', async () => {
  process.env.LC_ALL = 'zh_CN.UTF-8';
  expect(await told(guard)).toBe('缺少命令：slipway guard [选项] COMMAND …');
  expect(await told(guard, '--second', '1', 'true')).toBe('没有 --second 这个选项。你是不是想用 --seconds？');
});
