// The list of lessons, in whole frames.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { CourseScreen } from '../../src/tui/course-screen.tsx';
import { useFolder } from '../learn/folder.ts';
import { open } from './app.tsx';
import { KEYS } from './screen.ts';

const folder = useFolder();

/** A workspace in which two lessons are done and one is skipped. */
function workspace(): string {
  const path = folder();
  writeFileSync(join(path, 'progress.txt'), '01-process done\n02-chroot done\n03-namespaces skipped\n');
  return path;
}

/** Without the line that names a folder of this test. */
function withoutFolder(frame: string): string {
  return frame.replaceAll(/^.*(Your files:|你的文件：).*$/gm, '');
}

describe('the course screen', () => {
  test('shows lessons, progress and planks on 80 columns', async () => {
    await using screen = open(<CourseScreen />, { workspace: workspace() });
    expect(withoutFolder(screen.frame())).toMatchSnapshot();
    expect(screen.lines().length).toBe(24);
  });

  test('speaks Chinese, and its columns line up', async () => {
    await using screen = open(<CourseScreen />, { language: 'zh', workspace: workspace() });
    expect(withoutFolder(screen.frame())).toMatchSnapshot();
    const columns = screen.lines().flatMap((line) => {
      const at = line.search(/[█┊]/);
      return at < 0 ? [] : [stringWidth(line.slice(0, at))];
    });
    expect(columns.length).toBe(11);
    expect(new Set(columns).size).toBe(1);
  });

  test('begins at the first lesson that is open, and opens the chosen one', async () => {
    await using screen = open(<CourseScreen />, { workspace: workspace() });
    expect(screen.frame()).toContain('❯ · 04');
    await screen.press(KEYS.down);
    expect(screen.frame()).toContain('❯ · 05');
    await screen.press(KEYS.enter);
    expect(screen.went).toEqual([{ screen: 'lesson', lesson: '05-cgroups' }]);
  });

  test('skips a lesson, and takes that back', async () => {
    await using screen = open(<CourseScreen />, { workspace: workspace() });
    await screen.press('s');
    expect(screen.frame()).toContain('❯ » 04');
    expect(screen.course.stateOf('04-pivot-root')).toBe('skipped');
    await screen.press('s');
    expect(screen.frame()).toContain('❯ · 04');
  });

  test('finds lessons by a word', async () => {
    await using screen = open(<CourseScreen />, { workspace: workspace() });
    await screen.press('/');
    await screen.press('lay');
    expect(screen.frame()).toContain('06 Layers');
    expect(screen.frame()).not.toContain('05 Limits');
    await screen.press(KEYS.enter);
    await screen.press(KEYS.enter);
    expect(screen.went).toEqual([{ screen: 'lesson', lesson: '06-unionfs' }]);
  });

  test('says so when no lesson has the words', async () => {
    await using screen = open(<CourseScreen />, { workspace: workspace() });
    await screen.press('/zzz');
    expect(screen.frame()).toContain('No lesson has these words.');
    await screen.press(KEYS.escape);
    await screen.shows('05 Limits');
  });

  test('uses a wide terminal, and follows when it is resized', async () => {
    await using screen = open(<CourseScreen />, { columns: 200, rows: 60, workspace: workspace() });
    expect(screen.frame()).toContain('clone3 unshare');
    await screen.resize(80, 24);
    expect(screen.lines().length).toBe(24);
    expect(screen.frame()).not.toContain('clone3 unshare');
  });

  test('lists all keys, and goes back', async () => {
    await using screen = open(<CourseScreen />);
    await screen.press('?');
    expect(screen.frame()).toContain('the four screens');
    await screen.press('x');
    expect(screen.frame()).toContain('04 No way back');
  });

  test('is sentences in plain mode', async () => {
    await using screen = open(<CourseScreen />, { isPlain: true, workspace: workspace() });
    expect(withoutFolder(screen.frame())).toMatchSnapshot();
    await using chinese = open(<CourseScreen />, { isPlain: true, language: 'zh', workspace: workspace() });
    expect(chinese.frame()).toContain('\n> 04 没有退路，未完成，15 分钟\n');
  });
});
