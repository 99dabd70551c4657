import { describe, expect, test } from 'vitest';
import { languageOf } from '../../src/learn/text.ts';

describe('the language', () => {
  test.each([
    ['zh', {}, 'zh'],
    ['en', { LANG: 'zh_CN.UTF-8' }, 'en'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh'],
    [undefined, { LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' }, 'en'],
    [undefined, { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_TW.UTF-8' }, 'zh'],
    [undefined, { LANG: 'de_DE.UTF-8', LC_ALL: '' }, 'en'],
    [undefined, {}, 'en'],
  ])('asked for %s with %j', (asked, env, language) => {
    expect(languageOf(asked, env)).toBe(language);
  });
});
