import { describe, expect, test } from 'vitest';
import { describeErrno } from '../../src/learn/errno-text.ts';
import { MEANINGS } from '../../src/learn/meanings.ts';
import { ERRNO } from '../../src/linux/errno.ts';
import { allHints, hintFor } from '../../src/linux/hints.ts';

describe('what an errno means', () => {
  test('is said in Chinese too, every sentence, and no other', () => {
    expect(Object.keys(MEANINGS).sort()).toEqual(allHints().sort());
    for (const text of Object.values(MEANINGS)) expect(text).toMatch(/\p{Script=Han}.*。$/su);
  });

  test('is of one call', () => {
    const { en, zh } = describeErrno(ERRNO.ENOENT, hintFor('chroot', ERRNO.ENOENT, '"/x"'));
    expect(en).toEqual({ text: 'no such file or directory', meaning: 'There is no such folder.' });
    expect(zh).toEqual({ text: '没有这个文件或目录', meaning: '没有这个目录。' });
  });

  test('may be unknown', () => {
    expect(describeErrno(999, undefined).zh).toEqual({ text: 'unknown error', meaning: undefined });
  });
});
