import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { render } from '../../src/learn/render.ts';
import { wrapLine } from '../../src/learn/wrap.ts';
import { wrapCode } from '../../src/learn/wrap-code.ts';

const plain = (markdown: string, width: number) => render(markdown, width, { color: false });

describe('Markdown in a terminal', () => {
  test('joins the lines of a paragraph: with a space in English, without in Chinese', () => {
    expect(plain('one\ntwo', 80)).toEqual(['one two']);
    expect(plain('第一行\n第二行，\nnext `x`\n结束', 80)).toEqual(['第一行第二行，next x 结束']);
  });

  test('breaks lines between words, and Chinese anywhere but before a 。', () => {
    expect(plain('one two three', 8)).toEqual(['one two', 'three']);
    expect(plain('内核的根目录。另一个（根）', 12)).toEqual(['内核的根目', '录。另一个', '（根）']);
  });

  test('shows marks inside of lists, and indents what goes on below', () => {
    expect(plain('- a `b` **c** ddd eee\n- f', 12)).toEqual(['  * a b c', '    ddd eee', '  * f']);
  });

  test('leaves code as it is', () => {
    expect(plain('```ts\nif (a < b && c) {\n  d(":smile:");\n}\n```', 80)).toEqual([
      '  if (a < b && c) {',
      '    d(":smile:");',
      '  }',
    ]);
  });

  test.each([20, 40, 80])('is never wider than %i columns', (width) => {
    const long = '中文和 English 混排，`/sys/fs/cgroup/memory/a/very/long/path/that/does/not/end`。'.repeat(3);
    for (const line of plain(`# 标题\n\n${long}\n\n- ${long}\n\n> ${long}`, width)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(width);
    }
  });
});

describe('a coloured line', () => {
  const [red, plain] = ['\x1b[31m', '\x1b[39m'];

  test('ends its colour, and begins it again in the next', () => {
    expect(wrapLine(`a ${red}bb cc${plain} d`, 4)).toEqual([`a ${red}bb\x1b[0m`, `${red}cc${plain} d`]);
  });
});

describe('source that is too wide', () => {
  test('stays as it is when it is not', () => {
    const code = '/**\n * One\n * two.\n */\nconst a = 1; // so';
    expect(wrapCode(code, 40)).toEqual(code.split('\n'));
  });

  test('goes on deeper', () => {
    expect(wrapCode('  call(first, second, third);', 20)).toEqual(['  call(first,', '      second,', '      third);']);
  });

  test('has a comment as a comment, its lines filled anew', () => {
    expect(wrapCode('  // one two three four\n  // five six', 14)).toEqual([
      '  // one two',
      '  // three',
      '  // four five',
      '  // six',
    ]);
    expect(wrapCode('/** One two three. */', 12)).toEqual(['/** One two', ' * three. */']);
    expect(wrapCode('/**\n * One two three\n * four.\n * @returns\n */', 12)).toEqual([
      '/**',
      ' * One two',
      ' * three',
      ' * four.',
      ' * @returns',
      ' */',
    ]);
  });

  test('has a comment behind it put before it', () => {
    expect(wrapCode('  call(); // because of this', 16)).toEqual(['  // because of', '  // this', '  call();']);
  });
});
