// A lesson before a room, in whole frames; what its slides run really runs, in the guard.

import { beforeAll, describe, expect, test } from 'vitest';
import { lessonNames, parseLesson, readLesson } from '../../src/learn/lesson.ts';
import { loadMarkdown } from '../../src/tui/markdown.ts';
import { Slides } from '../../src/tui/present/present-screen.tsx';
import { slidesOf, textSlides } from '../../src/tui/present/slides.ts';
import { LESSON, open } from './app.tsx';
import { KEYS } from './screen.ts';

beforeAll(loadMarkdown);

const kinds = slidesOf(LESSON).map(({ kind }) => kind);
const COMMAND = kinds.indexOf('command');

describe('a lesson as slides', () => {
  test('has a title, its text, and what it runs', () => {
    expect(kinds.join(' ')).toBe('title text title text title text command run title text question answer');
  });

  test('puts source behind the words that lead to it, and what is long on slides of its own', () => {
    const code = '```ts\nconst a = 1;\n\nconst b = 2;\n```';
    expect(textSlides(`This:\n\n${code}`, 1)).toEqual([{ kind: 'text', at: 1, text: `This:\n\n${code}` }]);
    const long = 'word '.repeat(60).trim();
    expect(textSlides(`${long}\n\n${long}`, 1).map(({ text }) => text)).toEqual([long, long]);
  });

  test.each(lessonNames().flatMap((name) => (['en', 'zh'] as const).map((language) => ({ name, language }))))(
    'leaves nothing out: %o',
    ({ name, language }) => {
      const lesson = readLesson(name, language);
      const texts = slidesOf(lesson).flatMap(({ text }) => text ?? []);
      const all = [lesson.intro, ...lesson.steps.map(({ text }) => text)];
      expect(texts.join('').replaceAll(/\s/g, '')).toBe(all.join('').replaceAll(/\s/g, ''));
    },
  );
});

describe('presenting', () => {
  test('begins with a title in large letters', async () => {
    await using screen = open(<Slides lesson={LESSON} />);
    expect(screen.frame()).toMatchSnapshot();
  });

  test('uses a wide terminal', async () => {
    await using screen = open(<Slides lesson={LESSON} at={2} />, { columns: 200, rows: 60 });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('sets Chinese wide', async () => {
    const lesson = parseLesson('02-chroot', '---\ntitle: 另一个根目录\nminutes: 15\n---\n每个进程都有自己的根目录。\n');
    await using screen = open(<Slides lesson={lesson} />, { language: 'zh' });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('shows a command, runs it at the next key, and has what it said when it comes back', async () => {
    await using screen = open(<Slides lesson={LESSON} at={COMMAND} />);
    expect(screen.frame()).toMatchSnapshot();
    await screen.press(KEYS.right);
    await screen.shows('ended with 0');
    const ran = screen.frame();
    expect(ran).toMatchSnapshot();
    await screen.press(KEYS.left);
    expect(screen.frame()).not.toContain('ended with');
    await screen.press(KEYS.right);
    expect(screen.frame()).toBe(ran);
  });

  test('takes what the room thinks, and asks the kernel', async () => {
    await using screen = open(<Slides lesson={LESSON} at={kinds.indexOf('question')} />);
    await screen.press('b');
    expect(screen.frame()).toMatch(/❯ {3}b {2}three/);
    await screen.press(KEYS.right);
    await screen.shows('ended with 0');
    expect(screen.frame()).toMatch(/ ✓ a {2}two/);
    expect(screen.frame()).toMatch(/❯ {3}b {2}three/);
  });

  test('goes from step to step, and to one by its number', async () => {
    await using screen = open(<Slides lesson={LESSON} />);
    await screen.press('2');
    await screen.press(KEYS.right);
    expect(screen.frame()).toContain('Through a keyhole');
    await screen.press(KEYS.tab);
    await screen.press(KEYS.right);
    expect(screen.frame()).toContain('What will it be?');
  });

  test('shows the notes when it is asked to, and nowhere else', async () => {
    const step = '## read: A step\nThe text.\n\n```notes\nTell of it.\n```\n';
    const lesson = parseLesson('02-chroot', `---\ntitle: T\nminutes: 1\n---\nIntro.\n\n${step}`);
    await using screen = open(<Slides lesson={lesson} at={3} />);
    expect(screen.frame()).not.toContain('Tell of it.');
    await screen.press('n');
    expect(screen.frame()).toMatchSnapshot();
  });

  test('is sentences in plain mode', async () => {
    await using screen = open(<Slides lesson={LESSON} at={COMMAND} />, { isPlain: true });
    expect(screen.frame()).toMatchSnapshot();
  });
});
