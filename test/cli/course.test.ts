import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isFresh } from '../../src/cli/course.ts';
import { HOME } from '../../src/learn/home.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-course-'));
const program = join(folder, 'course.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

function head(more: object): string {
  return `// ${JSON.stringify({ home: HOME, sources: ['package.json'], ...more })}\n`;
}

describe('the program of the course', () => {
  test('is taken when it is younger than its sources', () => {
    writeFileSync(program, head({}));
    expect(isFresh(program)).toBe(true);
    utimesSync(program, 0, 0);
    expect(isFresh(program)).toBe(false);
  });

  test.each([
    ['empty', ''],
    ['torn', '// {"home":"/sl'],
    ['of another make', 'console.log(1)'],
    ['of a Slipway elsewhere', head({ home: '/elsewhere' })],
    ['of a source that is gone', head({ sources: ['src/gone.ts'] })],
  ])('is made anew when it is %s', (_, text) => {
    writeFileSync(program, text);
    expect(isFresh(program)).toBe(false);
  });

  test('is made anew when it is missing', () => {
    expect(isFresh(join(folder, 'missing'))).toBe(false);
  });
});
