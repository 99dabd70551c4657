import { describe, expect, test } from 'vitest';
import { chooseLesson } from '../../src/cli/choose-lesson.ts';
import { mistake } from '../mistake.ts';

const NAMES = ['01-process', '02-chroot', '04-pivot-root', '05-cgroups'];
const choose = (word: string) => chooseLesson(word, 'en', NAMES);

describe('a word for a lesson', () => {
  test.each(['4', '04', '04-pivot-root', 'pivot-root', 'piv', '04-p'])('%s is pivot-root', (word) => {
    expect(choose(word)).toBe('04-pivot-root');
  });

  test.each(['', '3', '40', 'x', '0'])('%j is none', (word) => {
    expect(mistake(() => choose(word))).toContain(`there is no lesson "${word}"`);
  });

  test('that is mistyped is understood, in both languages', () => {
    expect(mistake(() => choose('chrot'))).toContain('Did you mean chroot?');
    expect(mistake(() => chooseLesson('chrot', 'zh', NAMES))).toContain('没有“chrot”这一课。你是不是想找 chroot？');
  });
});
