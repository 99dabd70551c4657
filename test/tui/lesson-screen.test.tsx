// A lesson's pages, in whole frames; what they run really runs, in the guard.

import { copyFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseLesson, readLesson } from '../../src/learn/lesson.ts';
import { exerciseFile, initWorkspace, solutionFile } from '../../src/learn/workspace.ts';
import { LessonPages } from '../../src/tui/lesson/lesson-screen.tsx';
import { loadMarkdown } from '../../src/tui/markdown.ts';
import { useFolder } from '../learn/folder.ts';
import { until } from '../system/until.ts';
import { LESSON, open } from './app.tsx';
import { KEYS } from './screen.ts';

beforeAll(loadMarkdown);
const folder = useFolder();

/** Two checks take long on a machine that is busy. */
const CHECK_MS = 90_000;

describe('a lesson', () => {
  test('begins with what it is about', async () => {
    await using screen = open(<LessonPages lesson={LESSON} />);
    expect(screen.frame()).toMatchSnapshot();
  });

  test('turns its pages, and stops at both ends', async () => {
    await using screen = open(<LessonPages lesson={LESSON} />);
    await screen.press(KEYS.left);
    expect(screen.frame()).toContain('0/3');
    await screen.press(KEYS.right);
    expect(screen.frame()).toMatchSnapshot();
    for (let turns = 0; turns < 5; turns++) await screen.press(KEYS.right);
    expect(screen.frame()).toContain('3/3');
  });

  test('goes back to the list', async () => {
    await using screen = open(<LessonPages lesson={LESSON} />);
    await screen.press(KEYS.escape);
    await until('it to go', () => screen.went.length > 0); // Esc may be the beginning of another key
    expect(screen.went).toEqual([{ screen: 'course' }]);
  });

  test('shows a command before it is run', async () => {
    await using screen = open(<LessonPages lesson={LESSON} at={2} />);
    expect(screen.frame()).toMatchSnapshot();
  });

  test('shows a question with its answers', async () => {
    await using screen = open(<LessonPages lesson={LESSON} at={3} />, { language: 'zh' });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('shows what a command said, however long the command is', async () => {
    const command = Array.from({ length: 30 }, (_, index) => `echo line ${index}`).join('\n');
    const step = `## see: Much\nLook.\n\n\`\`\`sh\n${command}\n\`\`\`\n`;
    const lesson = parseLesson('02-chroot', `---\ntitle: T\nminutes: 1\n---\nIntro.\n\n${step}`);
    await using screen = open(<LessonPages lesson={lesson} at={1} />);
    expect(screen.frame()).toContain('$ echo line 0');
    await screen.press('r');
    await screen.shows('ended with 0');
    expect(screen.frame()).toMatch(/^ line 0 /m);
  });

  test('shows a hint when it is asked for one, and the end of a check, however much there is', {
    timeout: 200_000,
  }, async () => {
    const workspace = folder();
    initWorkspace(workspace);
    const lesson = readLesson('01-process', 'en');
    await using screen = open(<LessonPages lesson={lesson} at={lesson.steps.length} />, { workspace });
    await screen.shows('✗ it ends with the exit code', CHECK_MS);
    expect(screen.frame()).not.toContain('Hint 1');
    await screen.press('h');
    await screen.shows('Hint 1/');
    copyFileSync(solutionFile('01-process'), exerciseFile(workspace, '01-process'));
    await screen.shows('✓ Done', CHECK_MS);
    await screen.press('n');
    expect(screen.went).toEqual([{ screen: 'lesson', lesson: '02-chroot' }]);
  });

  test('is where the learner goes on another day, whichever way they leave', async () => {
    const workspace = folder();
    initWorkspace(workspace);
    await using screen = open(<LessonPages lesson={LESSON} />, { workspace });
    expect(screen.course.current).toBe('02-chroot');
    await screen.press('l');
    expect(screen.went).toEqual([{ screen: 'course' }]);
  });

  test('stands beside the machine on a wide terminal', async () => {
    await using screen = open(<LessonPages lesson={LESSON} at={1} />, { columns: 200, rows: 60 });
    expect(screen.frame()).toMatch(/The folder that it calls.*│/);
    expect(screen.frame()).toMatch(/│ +pid +pid:\[\d+\]/);
  });

  test('is sentences in plain mode', async () => {
    await using screen = open(<LessonPages lesson={LESSON} at={2} />, { isPlain: true });
    expect(screen.frame()).toMatchSnapshot();
  });
});
