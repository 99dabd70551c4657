// Every lesson, as it is shipped: complete, the same in both languages, and quoting what is there.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gapsOf } from '../../src/learn/gap.ts';
import { LESSONS, type Lesson, lessonNames, readLesson } from '../../src/learn/lesson.ts';
import { requireCheck } from '../../src/learn/load-check.ts';
import { render } from '../../src/learn/render.ts';
import { shippedFile, solutionFile } from '../../src/learn/workspace.ts';

/** What must be the same in both texts: all that the kernel is asked, and what it has to say. */
function skeleton({ minutes, needs, steps }: Lesson) {
  return {
    minutes,
    needs,
    steps: steps.map(({ kind, command, expect, host, answers }) => {
      return { kind, command, expect, host, answers: answers.map(({ letter, isRight }) => ({ letter, isRight })) };
    }),
  };
}

/** The quotes of a text, by path and name: reading the lesson has resolved them. */
function quotesIn(name: string, file: string): string[] {
  return [...readFileSync(join(LESSONS, name, file), 'utf8').matchAll(/^```ts (\S+#\S+)$/gm)].map(
    ([, what]) => what as string,
  );
}

const CHINESE = /\p{Script=Han}/u;

describe.each(lessonNames())('%s', (name) => {
  const hasExercise = existsSync(shippedFile(name));

  test('has the same steps in both languages', () => {
    const [english, chinese] = [readLesson(name, 'en'), readLesson(name, 'zh')];
    expect(skeleton(chinese)).toEqual(skeleton(english));
    expect(quotesIn(name, 'lesson.zh-CN.md')).toEqual(quotesIn(name, 'lesson.md'));
  });

  test('has all its words', () => {
    for (const language of ['en', 'zh'] as const) {
      const { title, intro, minutes, steps } = readLesson(name, language);
      expect(minutes).toBeGreaterThan(0);
      expect(steps.length).toBeGreaterThanOrEqual(5);
      const words = [title, intro, ...steps.map((step) => step.title), ...steps.map((step) => step.text)];
      for (const each of words) expect(each.trim()).not.toBe('');
    }
    expect(readLesson(name, 'zh').intro).toMatch(CHINESE);
    expect(readLesson(name, 'en').intro).not.toMatch(CHINESE);
  });

  test('leaves no fence or answer behind in its text', () => {
    for (const language of ['en', 'zh'] as const) {
      for (const { kind, text, answers, command } of readLesson(name, language).steps) {
        expect(text).not.toMatch(/^```(sh|expect|host|notes)$/m);
        expect(text).not.toMatch(/^```ts \S+$/m);
        if (kind === 'predict') expect(answers.length, text).toBeGreaterThanOrEqual(2);
        if (kind === 'predict' || kind === 'see' || kind === 'break') expect(command, text).toBeDefined();
      }
    }
  });

  test('has commands that 80 columns show unbroken, as they can be copied', () => {
    for (const { command } of readLesson(name, 'en').steps) {
      if (command === undefined) continue;
      const shown = render(`\`\`\`sh\n${command}\n\`\`\``, 80, { color: false });
      expect(shown).toEqual(command.split('\n').map((line) => `  ${line}`));
    }
  });

  test.runIf(hasExercise)('has goals with a title and hints in both languages', () => {
    const { goals } = requireCheck(name);
    expect(goals.length).toBeGreaterThan(0);
    expect(new Set(goals.map((goal) => goal.name)).size).toBe(goals.length);
    for (const { name, title, hints } of goals) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(hints.length, name).toBeGreaterThanOrEqual(2);
      expect(title.zh).toMatch(CHINESE);
      for (const { en, zh } of [title, ...hints]) {
        expect(en.trim()).not.toBe('');
        if (zh !== en) expect(zh).toMatch(CHINESE); // code is the same in both
        expect(en).not.toMatch(CHINESE);
      }
    }
  });

  test.runIf(hasExercise)('has an exercise with gaps, which the solution fills', () => {
    const gaps = gapsOf(name);
    expect(gaps.length).toBeGreaterThan(0);
    for (const { exercise, solution } of gaps) {
      expect(exercise.join('\n')).toContain('// TODO:');
      expect(solution.join('\n').trim()).not.toBe('');
    }
    expect(readFileSync(solutionFile(name), 'utf8')).not.toContain('TODO');
  });

  test.runIf(hasExercise)('begins its exercise by saying how it is called', () => {
    expect(readFileSync(shippedFile(name), 'utf8')).toMatch(/^\/\/ \S+\.ts .*(COMMAND…| ID) {3}/);
  });
});
